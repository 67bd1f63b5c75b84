"""One small city for all tests of its making, read with DuckDB as text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pytest

from ingest.city import build


@dataclass(frozen=True)
class City:
    folder: Path
    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[tuple]:
        return self.connection.sql(sql).fetchall()

    def one(self, sql: str):
        return self.rows(sql)[0][0]

    def key(self, name: str) -> list[dict]:
        return [json.loads(line) for line in (self.folder / "answer_key" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]

    @cached_property
    def schemes(self) -> list[dict]:
        return self.key("schemes")

    @cached_property
    def innocents(self) -> list[dict]:
        return self.key("innocents")

    def keys(self, table: str, column: str, deeds: list[dict]) -> list[str]:
        return sorted({r["key"][column] for deed in deeds for r in deed["records"] if r["table"] == table and column in r["key"]})

    def visits(self, *patterns: str) -> str:
        """The visits of some patterns, as a list for SQL."""
        named = self.keys("mdtrt_d", "mdtrt_id", [s for s in self.schemes if s["pattern"] in patterns])
        return ", ".join(f"'{visit}'" for visit in named)

    def crooked(self) -> list[str]:
        """Institutions of any scheme, culpable or not."""
        named = {m["id"] for s in self.schemes for m in s["members"] if m["type"] == "institution"}
        return sorted(named | {r["key"]["fixmedins_code"] for s in self.schemes for r in s["records"] if "fixmedins_code" in r["key"]})


def opened(folder: Path) -> City:
    connection = duckdb.connect()
    for path in sorted((folder / "data").glob("*.csv")):
        rows = f"read_csv('{path}', all_varchar = true, quote = '\"')"
        connection.sql(f"CREATE TABLE {path.stem} AS SELECT *, row_number() OVER () AS record FROM {rows}")
    # rows that are wrong on purpose are no part of the city
    for wrong in (json.loads(line) for line in (folder / "answer_key" / "broken_rows.jsonl").read_text(encoding="utf-8").splitlines()):
        connection.sql(f"DELETE FROM {wrong['table']} WHERE record = {wrong['record']}")
    return City(folder, connection)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("city")
    build(folder, persons=9000, months=3, seed=20)
    return opened(folder)
