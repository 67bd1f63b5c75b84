"""Rows of text become a typed frame of one knowledge table; what contradicts itself is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb
import polars as pl

from graph.contract import BOOK_TYPE, KNOWLEDGE, Kind, Table
from graph.errors import InputAtFault
from kg.knowledge.kinds import KINDS
from kg.knowledge.sheet import Cell

POLARS: Mapping[Kind, pl.DataType] = {
    "quantity": pl.Decimal(16, 4),
    "decimal": pl.Decimal(18, 4),
    "integer": pl.Int64(),
    "date": pl.Date(),
}
"""Kinds that are no text."""
ORIGIN = ("source_file", "source_row", "published", "valid_from", "valid_to")
NOT_A_LIMIT = frozenset({*ORIGIN, "note", "subject_name", "pair_name", "generic_name", "reference"})
"""Columns in which two rows of one key may differ and still say the same."""


def typed(table: Table, rows: Sequence[Mapping[str, Cell]], defaults: Mapping[str, date | None]) -> pl.DataFrame:
    """The rows under the declared columns and types; `defaults` fills empty dates of the origin.

    Raises InputAtFault for a value that is not of its kind and for a validity that ends before it begins.
    """
    text = {name: [None if (cell := row.get(name)) is None else str(cell).strip() for row in rows] for name in table.columns}
    frame = pl.DataFrame(text, schema=dict.fromkeys(table.columns, pl.String))
    frame = frame.with_columns(pl.col(name).str.replace(r"\.0$", "") for name in table.columns if table.columns[name].kind == "integer")
    cast = frame.with_columns(_cast(name, table.columns[name].kind) for name in table.columns)
    for name in table.columns:
        _all_read(table, frame, cast, name)
    cast = cast.with_columns(pl.col(name).fill_null(pl.lit(day, pl.Date)) for name, day in defaults.items())
    for row in cast.filter(pl.col("valid_to") < pl.col("valid_from")).head(1).iter_rows(named=True):
        seen = f"{row['source_file']}, row {row['source_row']}: valid from {row['valid_from']} to {row['valid_to']}"
        raise InputAtFault(seen, "an end that is not before the beginning", "correct the row")
    return cast.unique(maintain_order=False).sort(pl.all())


def _cast(name: str, kind: Kind) -> pl.Expr:
    column = pl.col(name)
    if kind == "date":
        return column.str.replace_all(r"[-/.]", "").str.to_date("%Y%m%d", strict=False).alias(name)
    return column.cast(POLARS[kind], strict=False) if kind in POLARS else column


def _all_read(table: Table, text: pl.DataFrame, cast: pl.DataFrame, name: str) -> None:
    bad = text.filter(cast[name].is_null() & text[name].is_not_null() & (text[name] != ""))
    for row in bad.head(1).iter_rows(named=True):
        seen = f"{row['source_file']}, row {row['source_row']}: {name} {row[name]}"
        raise InputAtFault(seen, f"a value of the kind {table.columns[name].kind}", "correct the row")


def refuse_contradictions(table: Table, frame: pl.DataFrame) -> None:
    """Raise InputAtFault when two rows of one key, in force on one day, set different limits."""
    limits = [name for name in table.columns if name not in {*table.key, *NOT_A_LIMIT}]
    same = " AND ".join(f'a."{name}" IS NOT DISTINCT FROM b."{name}"' for name in table.key)
    differs = " OR ".join(f'a."{name}" IS DISTINCT FROM b."{name}"' for name in limits) or "false"
    groups = ", ".join(f"'{kind.id}'" for kind in KINDS.values() if kind.several)
    apart = f"AND (a.rule_kind NOT IN ({groups}) OR a.limit_value = b.limit_value)" if table.name == "kb_point" else ""
    query = f"""
        SELECT a.source_file, a.source_row, b.source_file, b.source_row, a."{table.key[0]}", a."{table.key[1 % len(table.key)]}"
        FROM frame a JOIN frame b ON {same} AND (a.source_file, a.source_row) < (b.source_file, b.source_row) {apart}
        WHERE ({differs}) AND coalesce(a.valid_from <= b.valid_to, true) AND coalesce(b.valid_from <= a.valid_to, true) LIMIT 1"""
    with duckdb.connect() as db:
        db.register("frame", frame.to_arrow())
        found = db.execute(query).fetchone()
    if found:
        file, row, other, other_row, *key = found
        seen = f"{file}, row {row} and {other}, row {other_row} set different limits on {' '.join(dict.fromkeys(map(str, key)))}"
        raise InputAtFault(seen, "one limit at a time for one key", "correct one of them, or give them validity that does not overlap")


def empty(table: str) -> pl.DataFrame:
    """No rows, the right types."""
    return typed(KNOWLEDGE[table], [], {})


def duckdb_columns(table: Table) -> str:
    """Column definitions of the table in SQL."""
    return ", ".join(f'"{name}" {BOOK_TYPE[column.kind]}' for name, column in table.columns.items())
