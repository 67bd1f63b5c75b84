"""What does the book already know? A row it holds is repeated; another content under one of its keys is a conflict, kept out."""

from __future__ import annotations

from pathlib import Path

import duckdb

from graph.book import Manifest, relation
from graph.home import Home
from ingest.cast import quoted
from ingest.delivery import DeliveryKind
from ingest.judge import OTHER_DELIVERY, QUARANTINED, REPEATED, good, key_columns, verdicts
from ingest.pseudonyms import book_rows, content
from ingest.stage import Staged, numbers


def judge(connection: duckdb.DuckDBPyConnection, staged: Staged, home: Home, kind: DeliveryKind, draft: Path, delivery_id: str) -> int:
    """Verdicts on rows that meet the book; a full delivery replaces and never conflicts, and so does a correction.

    A repeated row is kept in the snapshot: it stays in the book when the delivery that first brought it is withdrawn.
    Returns how many rows of a correction by key have nothing to correct.
    """
    months = Manifest.read(home.book).tables.get(staged.table.name, {})
    if kind == "full" or (kind == "correction" and not staged.table.key) or (kind == "append" and not months):
        return 0
    book = f"({relation(home.book, staged.table.name, months)})"
    met = _keyless(staged, book) if staged.table.has_row_id else _keyed(connection, staged, book)
    added = 0
    if kind == "correction":
        (added,) = numbers(connection, f"SELECT count(*) FROM {staged.name} s WHERE {good(staged)} AND s.rowid NOT IN (FROM rids)")
        met = f"SELECT * FROM ({met}) WHERE outcome = '{REPEATED}'"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE met AS {met}")
    (repeats,) = numbers(connection, f"SELECT count(*) FROM met WHERE outcome = '{REPEATED}'")
    if repeats:
        _keep(connection, staged, draft / "repeats" / f"{staged.table.name}.parquet", delivery_id)
    connection.execute(f"INSERT INTO {verdicts(staged.table)} FROM met")
    return added


def _keep(connection: duckdb.DuckDBPyConnection, staged: Staged, file: Path, delivery_id: str) -> None:
    again = f"SELECT rid FROM met WHERE outcome = '{REPEATED}'"
    mine = f"SELECT * EXCLUDE (_rid, month) FROM ({book_rows(staged, delivery_id)}) WHERE _rid IN ({again})"
    file.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"COPY ({mine}) TO {quoted(str(file))} (FORMAT parquet)")


def _keyless(staged: Staged, book: str) -> str:
    return (
        f"SELECT s.rowid AS rid, '{REPEATED}' AS outcome, CAST(NULL AS VARCHAR) AS col, CAST(NULL AS VARCHAR) AS value, "
        f"CAST(NULL AS VARCHAR) AS reason, CAST(NULL AS VARCHAR) AS raw FROM {staged.name} s "
        f"JOIN stage.r_{staged.table.name} r ON r.rid = s.rowid WHERE {good(staged)} AND r.row_id IN (SELECT row_id FROM {book})"
    )


def _keyed(connection: duckdb.DuckDBPyConnection, staged: Staged, book: str) -> str:
    filled = set(staged.table.filled)
    key = key_columns(staged)
    same = " AND ".join(f'b."{c}" = s."{c}"' if c in filled else f'b."{c}" IS NOT DISTINCT FROM s."{c}"' for c in key)
    rids = f"SELECT s.rowid AS rid FROM {staged.name} s SEMI JOIN {book} b ON {same} WHERE {good(staged)}"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE rids AS {rids}")
    cells = ", ".join(f'"{name}"' for name in content(staged.table))
    both = " AND ".join(f'b."{c}" IS NOT DISTINCT FROM n."{c}"' for c in staged.table.key)
    shown = " || ' ' || ".join(f"coalesce(CAST(n.\"{c}\" AS VARCHAR), '')" for c in staged.table.key)
    # where no key is met, the book is not read a second time
    return (
        f"SELECT n._rid AS rid, CASE WHEN n.h = b.h THEN '{REPEATED}' ELSE '{QUARANTINED}' END AS outcome, "
        f"CASE WHEN n.h <> b.h THEN {quoted(staged.table.key[-1])} END AS col, CASE WHEN n.h <> b.h THEN {shown} END AS value, "
        f"CASE WHEN n.h <> b.h THEN {quoted(OTHER_DELIVERY)} END AS reason, CAST(NULL AS VARCHAR) AS raw "
        f"FROM (SELECT *, hash({cells}) AS h FROM ({book_rows(staged, '')}) WHERE _rid IN (FROM rids)) n "
        f"JOIN (SELECT *, hash({cells}) AS h FROM {book}{_none(connection)}) b ON {both}"
    )


def _none(connection: duckdb.DuckDBPyConnection) -> str:
    return "" if numbers(connection, "SELECT count(*) FROM rids") != (0,) else " WHERE false"
