"""How does a staged row become a row of the book? Identities turn into pseudonyms, absent columns into nulls, keyless rows get a row_id.

Each distinct clear value is registered once and joined back, so the cost follows the number of people, not of claim lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import duckdb
import pyarrow as pa

from graph import normalise
from graph.contract import IDENTITY_EXTRAS, Column, Identity, Table
from ingest.cast import quoted
from ingest.judge import good
from ingest.stage import Staged

KINDS: tuple[Identity, ...] = ("name", "certificate", "phone", "address", "account")


class Register(Protocol):
    """What the door needs of `graph.identity.Identities`."""

    def register(self, kind: Identity, values: Sequence[str]) -> list[str | None]: ...

    def seal(self, values: Sequence[str | None]) -> list[str | None]: ...


def register(connection: duckdb.DuckDBPyConnection, tables: Sequence[Staged], identities: Register) -> None:
    """Make `stage.i_<kind>`: clear value, its pseudonym, and what may be read from it."""
    for kind in KINDS:
        columns = [f'SELECT "{c.name}" AS v FROM {s.name} WHERE _column IS NULL' for s in tables for c in s.present if c.identity == kind]
        asked = " UNION ALL ".join(columns) or "SELECT CAST(NULL AS VARCHAR) AS v"
        values = [str(row[0]) for row in connection.execute(f"SELECT DISTINCT v FROM ({asked}) WHERE v IS NOT NULL ORDER BY v").fetchall()]
        pseudonyms = pa.array(identities.register(kind, values), pa.string())
        known = pa.table({"v": pa.array(values, pa.string()), "h": pseudonyms, **_facts(kind, values)})
        connection.register("known", known)
        connection.execute(f"CREATE TABLE stage.i_{kind} AS FROM known")
        connection.unregister("known")


def _facts(kind: Identity, values: Sequence[str]) -> dict[str, pa.Array]:
    if kind == "certificate":
        facts = normalise.all_certificate_facts(values)
        return {
            "ok": pa.array([f.ok for f in facts], pa.bool_()),
            "sex": pa.array([f.sex for f in facts], pa.string()),
            "brdy": pa.array([f.brdy for f in facts], pa.date32()),
        }
    if kind == "address":
        return {"area": pa.array(normalise.address_areas(values), pa.string())}
    return {}


def content(table: Table) -> tuple[str, ...]:
    """Book columns that carry content: neither row_id nor provenance."""
    return tuple(name for column in table.columns.values() for name, _ in column.book_columns)


def book_rows(staged: Staged, delivery_id: str, *, numbered: bool = True) -> str:
    """SELECT of all loadable rows so far: `_rid`, the book's columns in their order, and `month` (YYYYMM or 0)."""
    present = {column.name for column in staged.present}
    joins: list[str] = []
    cells: list[str] = []
    for column in staged.table.columns.values():
        cells += _cells(column, present, joins)
    name, record = staged.place("s.rowid")
    row_id = ["r.row_id"] if staged.table.has_row_id and numbered else []
    if row_id:
        joins.append(f"JOIN stage.r_{staged.table.name} r ON r.rid = s.rowid")
    source = [f"{quoted(delivery_id)} AS delivery_id", f"{name} AS source_file", f"CAST({record} AS BIGINT) AS source_record"]
    columns = ", ".join([*row_id, *cells, *source, f"{month_of(staged)} AS month"])
    return f"SELECT s.rowid AS _rid, {columns} FROM {staged.name} s {' '.join(joins)} WHERE {good(staged)}"


def _cells(column: Column, present: set[str], joins: list[str]) -> list[str]:
    if column.name not in present:
        return [f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in column.book_columns]
    if column.identity is None:
        return [f's."{column.name}"']
    join = f"j{len(joins)}"
    joins.append(f'LEFT JOIN stage.i_{column.identity} {join} ON {join}.v = s."{column.name}"')
    facts = {f"{column.name}_{suffix}": suffix for suffix, _ in IDENTITY_EXTRAS.get(column.identity, ())}
    return [f'{join}.{facts.get(name, "h")} AS "{name}"' for name, _ in column.book_columns]


def month_of(staged: Staged) -> str:
    """SQL of the month (YYYYMM, 0 = unknown) of a staged row `s`."""
    month = staged.table.month
    if month is None or month not in {column.name for column in staged.present}:
        return "0"
    return f'coalesce(year(s."{month}") * 100 + month(s."{month}"), 0)'


def number_rows(connection: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Make `stage.r_<table>`: the row_id of each keyless row, the hash of its canonical form and which of its equals it is."""
    if not staged.table.has_row_id:
        return
    table = f"stage.r_{staged.table.name}"
    # named and without nulls, so that a row stays itself when the contract gains a column
    canonical = ", ".join(f"'{name}=' || CAST(\"{name}\" AS VARCHAR)" for name in content(staged.table))
    connection.execute(
        f"CREATE TABLE {table} AS SELECT _rid AS rid, h || '-' || row_number() OVER (PARTITION BY h ORDER BY _rid) AS row_id "
        f"FROM (SELECT _rid, md5(concat_ws(chr(31), {canonical})) AS h FROM ({book_rows(staged, '', numbered=False)}))"
    )
