"""One real bundle for all tests of the verifier."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.home import Home
from tests.app.evidence.carried import carry, town


@pytest.fixture(scope="session")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return town(tmp_path_factory.mktemp("bureau") / "home")


@pytest.fixture(scope="session")
def bundle(bureau: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return carry(bureau, tmp_path_factory.mktemp("out") / "bundle.zip")
