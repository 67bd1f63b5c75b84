"""What every test may ask for. The keys of real homes are out of reach: each run has its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.home import Home
from graph.server import Server


@pytest.fixture(scope="session", autouse=True)
def _own_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    before = os.environ.get("RINGSCOPE_KEYS")
    os.environ["RINGSCOPE_KEYS"] = str(tmp_path_factory.mktemp("keys"))
    yield
    if before is None:
        del os.environ["RINGSCOPE_KEYS"]
    else:
        os.environ["RINGSCOPE_KEYS"] = before


@pytest.fixture(scope="session")
def neo4j_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose real Neo4j runs for the whole session. Tests share its graph: use labels of your own, or empty it first."""
    home = Home(tmp_path_factory.mktemp("neo4j") / "home")
    server = Server(home)
    server.start()
    yield home
    server.stop()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A fresh home without a server."""
    return Home(tmp_path / "home").make()
