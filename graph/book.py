"""The book: the current view of every delivered table, as Parquet by table and month, read and written by DuckDB.

`book/manifest.json` names the files that count; replacing it by rename is the one moment at which an ingest takes effect. Files it
does not name are leftovers of a killed run, swept by the next.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import duckdb
import polars as pl

from graph.contract import CONTRACT
from graph.home import Home

TRACE_TABLE = "trac_d"
TRACE_COLUMNS: tuple[tuple[str, str], ...] = (("source_table", "VARCHAR"), ("row_id", "VARCHAR"), ("drug_trac_codg", "VARCHAR"))
"""Split trace codes: one row per code of a `;`-list, so that quantities are not multiplied."""


@dataclass(frozen=True)
class BookFile:
    """One Parquet file of the book."""

    path: str
    """Relative to the book folder, e.g. `fee_list_d/month=202507/<hash>.parquet`."""
    rows: int
    digest: str
    """Digest of the rows, independent of how they came: equal rows, equal digest."""


@dataclass(frozen=True)
class Manifest:
    """Which files make the book, and which deliveries they hold."""

    version: int = 0
    tables: Mapping[str, Mapping[str, BookFile]] = field(default_factory=dict)
    """table -> month (YYYYMM or 000000) -> file."""
    deliveries: tuple[str, ...] = ()

    @classmethod
    def read(cls, book: Path) -> Manifest:
        path = book / "manifest.json"
        if not path.exists():
            return cls()
        raw = json.loads(path.read_text(encoding="utf-8"))
        tables = {t: {m: BookFile(**f) for m, f in months.items()} for t, months in raw["tables"].items()}
        return cls(version=raw["version"], tables=tables, deliveries=tuple(raw["deliveries"]))

    def write(self, book: Path) -> None:
        """Temp file, fsync, rename: the book changes here or not at all."""
        book.mkdir(parents=True, exist_ok=True)
        raw = {
            "version": self.version,
            "tables": {t: {m: vars(f) for m, f in sorted(months.items())} for t, months in sorted(self.tables.items())},
            "deliveries": list(self.deliveries),
        }
        part = book / "manifest.json.part"
        with part.open("w", encoding="utf-8") as out:
            json.dump(raw, out, ensure_ascii=False, indent=1)
            out.flush()
            os.fsync(out.fileno())
        part.replace(book / "manifest.json")

    def digest(self) -> Mapping[str, str]:
        """`table/month` -> digest: two books are equal when these are."""
        return {f"{t}/{m}": f.digest for t, months in self.tables.items() for m, f in months.items()}


def book_columns(table: str) -> tuple[tuple[str, str], ...]:
    """(name, DuckDB type) of a book table, the derived `trac_d` included."""
    return TRACE_COLUMNS if table == TRACE_TABLE else CONTRACT[table].book_columns


def connect(home: Home, *, memory: str = "3GB", threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with one view per contract table; an absent table is an empty view of the right types."""
    # times are naive Shanghai times; without the ICU extension the session has no zone, which is the UTC that the SQL subset asks for
    connection = duckdb.connect(
        config={
            "memory_limit": memory,
            "temp_directory": str(home.root / "tmp"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    if threads:
        connection.execute(f"SET threads = {threads}")
    connection.execute("SET parquet_metadata_cache = true")  # a file of the book never changes under its name
    manifest = Manifest.read(home.book)
    for table in (*(t.name for t in CONTRACT if t.in_book), TRACE_TABLE):
        connection.execute(_view(home.book, table, manifest.tables.get(table, {})))
    return connection


def ask(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] | Mapping[str, object] | None = None
) -> pl.DataFrame:
    """A query's rows as a frame."""
    return cast("pl.DataFrame", connection.sql(query, params=parameters).pl())


def _view(book: Path, table: str, months: Mapping[str, BookFile]) -> str:
    return f"CREATE VIEW {table} AS {relation(book, table, months)}"


def relation(book: Path, table: str, months: Mapping[str, BookFile]) -> str:
    """SELECT of a book table from its files: the contract's columns, then `month` (YYYYMM, 0 = unknown)."""
    if not months:
        columns = ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in book_columns(table))
        return f'SELECT {columns}, CAST(NULL AS BIGINT) AS "month" WHERE false'
    paths = ", ".join("'" + str(book / f.path).replace("'", "''") + "'" for f in months.values())
    return f"SELECT * FROM read_parquet([{paths}], hive_partitioning = true, hive_types = {{'month': BIGINT}}, union_by_name = true)"


def cited(connection: duckdb.DuckDBPyConnection, table: str, keys: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """Rows of the book by evidence keys (data-contract 2.1): the columns of the table's key, or row_id, and `month` where it is known.

    The key columns are searched through the row groups' zone maps; a month opens one file instead of all. Order is that of the files.
    """
    if not keys:
        return ask(connection, f"SELECT * FROM {table} WHERE false")
    kinds = {**dict(book_columns(table)), "month": "BIGINT"}
    columns = sorted({column for key in keys for column in key} & kinds.keys())
    # literal lists reach the zone maps; the exact match of whole keys follows on what is left
    lists = {c: sorted({str(key[c]) for key in keys}) for c in columns if all(key.get(c) is not None for key in keys)}
    within = " AND ".join(f'"{c}" IN ({", ".join(f"CAST(? AS {kinds[c]})" for _ in values)})' for c, values in lists.items()) or "true"
    query = f"SELECT * FROM {table} WHERE {within}"
    bound: list[object] = [value for values in lists.values() for value in values]
    if len(keys) > 1 or len(lists) < len(columns):
        wanted = ", ".join(f"({', '.join(f'CAST(? AS {kinds[c]})' for c in columns)})" for _ in keys)
        same = " AND ".join(f'(k."{c}" IS NULL OR b."{c}" = k."{c}")' for c in columns)
        names = ", ".join(f'"{c}"' for c in columns)
        query = f"SELECT b.* FROM ({query}) b WHERE EXISTS (FROM (VALUES {wanted}) k({names}) WHERE {same})"
        bound += [key.get(c) for key in keys for c in columns]
    return ask(connection, query, bound)
