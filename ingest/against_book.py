"""What does the book already know? A row it holds is repeated; another content under one of its keys is a conflict, kept out."""

from __future__ import annotations

import duckdb

from graph.book import Manifest, relation
from graph.home import Home
from ingest.cast import quoted
from ingest.delivery import DeliveryKind
from ingest.judge import OTHER_DELIVERY, QUARANTINED, REPEATED, good, key_columns, verdicts
from ingest.pseudonyms import book_rows, content
from ingest.stage import Staged, numbers


def judge(connection: duckdb.DuckDBPyConnection, staged: Staged, home: Home, kind: DeliveryKind) -> None:
    """Verdicts on rows that meet the book; a full delivery replaces and never conflicts."""
    months = Manifest.read(home.book).tables.get(staged.table.name)
    if not months or kind == "full":
        return
    book = f"({relation(home.book, staged.table.name, months)})"
    if staged.table.has_row_id:
        connection.execute(
            f"INSERT INTO {verdicts(staged.table)} SELECT s.rowid, '{REPEATED}', NULL, NULL, NULL, NULL FROM {staged.name} s "
            f"JOIN stage.r_{staged.table.name} r ON r.rid = s.rowid WHERE {good(staged)} AND r.row_id IN (SELECT row_id FROM {book})"
        )
        return
    _keyed(connection, staged, book)


def _keyed(connection: duckdb.DuckDBPyConnection, staged: Staged, book: str) -> None:
    filled = set(staged.table.filled)
    key = key_columns(staged)
    same = " AND ".join(f'b."{c}" = s."{c}"' if c in filled else f'b."{c}" IS NOT DISTINCT FROM s."{c}"' for c in key)
    met = f"SELECT s.rowid AS rid FROM {staged.name} s SEMI JOIN {book} b ON {same} WHERE {good(staged)}"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE met AS {met}")
    if numbers(connection, "SELECT count(*) FROM met") == (0,):
        return
    cells = ", ".join(f'"{name}"' for name in content(staged.table))
    both = " AND ".join(f'b."{c}" IS NOT DISTINCT FROM n."{c}"' for c in staged.table.key)
    shown = " || ' ' || ".join(f"coalesce(CAST(n.\"{c}\" AS VARCHAR), '')" for c in staged.table.key)
    connection.execute(
        f"INSERT INTO {verdicts(staged.table)} SELECT n._rid, CASE WHEN n.h = b.h THEN '{REPEATED}' ELSE '{QUARANTINED}' END, "
        f"CASE WHEN n.h <> b.h THEN {quoted(staged.table.key[-1])} END, CASE WHEN n.h <> b.h THEN {shown} END, "
        f"CASE WHEN n.h <> b.h THEN {quoted(OTHER_DELIVERY)} END, NULL "
        f"FROM (SELECT *, hash({cells}) AS h FROM ({book_rows(staged, '')}) WHERE _rid IN (FROM met)) n "
        f"JOIN (SELECT *, hash({cells}) AS h FROM {book}) b ON {both}"
    )
