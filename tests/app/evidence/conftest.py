"""One town whose boxes are sold twice, for all tests of the bundle."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.home import Home
from tests.app.evidence.carried import carry, town


@pytest.fixture(scope="session")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return town(tmp_path_factory.mktemp("bureau") / "home")


@pytest.fixture(scope="session")
def masked(bureau: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return carry(bureau, tmp_path_factory.mktemp("out") / "masked.zip")


@pytest.fixture(scope="session")
def full(bureau: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return carry(bureau, tmp_path_factory.mktemp("out") / "full.zip", full=True, reason="移送公安机关")
