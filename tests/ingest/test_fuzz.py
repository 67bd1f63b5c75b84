"""300 mutated files: never a traceback, never a lost row, never a lost fen, and no mutation costs a line that it did not touch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from app.bench import fuzz
from ingest import stage
from ingest.stage import Staged


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with stage.workshop(tmp_path_factory.mktemp("spill")) as connection:
        yield connection


@pytest.mark.parametrize("seed", range(300))
def test_a_mutated_file(shop: duckdb.DuckDBPyConnection, tmp_path: Path, seed: int) -> None:
    assert fuzz.trial(shop, tmp_path, seed) is None


def test_a_reader_that_loses_a_row_is_found(shop: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trial itself can fail."""
    read = fuzz._read

    def forgetful(hand: duckdb.DuckDBPyConnection, path: Path) -> Staged | None:
        *lines, last = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines))
        staged = read(hand, path)
        path.write_bytes(b"".join([*lines, last]))
        return staged

    monkeypatch.setattr(fuzz, "_read", forgetful)
    assert {fuzz.trial(shop, tmp_path, seed) for seed in range(20)} & {"a row lost", "an untouched line kept out"}
