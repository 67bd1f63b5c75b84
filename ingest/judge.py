"""Which rows stay out of the book, and why? Flawed rows, repeated rows, rows that contradict each other, pictures outside the folder.

The verdicts of a table are the rows of `stage.x_<table>`: (rid, outcome, col, value, reason, raw); every other row is loaded.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path, PurePosixPath

import duckdb

from graph.contract import Table
from ingest import cast
from ingest.cast import quoted
from ingest.stage import TEXT_KINDS, Staged

QUARANTINED, REPEATED = "quarantined", "repeated"
OTHER_CONTENT = "the same key with other content in this delivery"
OTHER_DELIVERY = "the same key with other content in the book, from another delivery"


def verdicts(table: Table) -> str:
    """Name of the table that holds the verdicts."""
    return f"stage.x_{table.name}"


def judge(connection: duckdb.DuckDBPyConnection, staged: Staged, repeated_files: Collection[str], folder: Path) -> None:
    """All verdicts that need nothing but the delivery itself."""
    connection.execute(
        f"CREATE TABLE {verdicts(staged.table)} (rid BIGINT, outcome VARCHAR, col VARCHAR, value VARCHAR, reason VARCHAR, raw VARCHAR)"
    )
    _flawed(connection, staged)
    for file in staged.files:
        if file.file.name in repeated_files and file.rows:
            connection.execute(
                f"INSERT INTO {verdicts(staged.table)} SELECT rowid, '{REPEATED}', NULL, NULL, NULL, NULL FROM {staged.name} "
                f"WHERE _column IS NULL AND rowid BETWEEN {file.first} AND {file.first + file.rows - 1}"
            )
    if staged.table.name == "face_image":
        _pictures(connection, staged, folder)
    if staged.table.key:
        _same_key(connection, staged)


def good(staged: Staged) -> str:
    """SQL condition on a staged row `s`: no verdict so far."""
    return f"s._column IS NULL AND NOT EXISTS (FROM {verdicts(staged.table)} x WHERE x.rid = s.rowid)"


def _flawed(connection: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    broken = [c for c in staged.present if c.kind not in TEXT_KINDS]
    reasons = " ".join(f"WHEN {quoted(c.name)} THEN {quoted(cast.REASON[c.kind])}" for c in broken)
    said = f"CASE _column {reasons} END" if broken else "NULL"
    connection.execute(
        f"INSERT INTO {verdicts(staged.table)} SELECT rowid, '{QUARANTINED}', _column, _value, "
        f"CASE WHEN _reason IS NOT NULL THEN _reason WHEN _value IS NULL THEN '{cast.EMPTY}' ELSE {said} END, _raw "
        f"FROM {staged.name} WHERE _column IS NOT NULL"
    )


def key_columns(staged: Staged) -> tuple[str, ...]:
    """Key columns that were delivered; an absent part is null everywhere, and null equals null."""
    present = {column.name for column in staged.present}
    return tuple(name for name in staged.table.key if name in present)


def _same_key(connection: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    key = ", ".join(f's."{name}"' for name in key_columns(staged))
    content = ", ".join(f's."{column.name}"' for column in staged.present)
    shown = " || ' ' || ".join(f"coalesce(CAST(s.\"{name}\" AS VARCHAR), '')" for name in key_columns(staged))
    # first by hash, which is cheap over all rows; the few candidates are then compared by the key itself
    connection.execute(
        f"INSERT INTO {verdicts(staged.table)} WITH doubled AS "
        f"(SELECT hash({key}) AS h FROM {staged.name} s WHERE {good(staged)} GROUP BY h HAVING count(*) > 1), "
        f"candidates AS (SELECT s.rowid AS rid, hash({content}) AS content, {shown} AS shown, row({key}) AS key "
        f"FROM {staged.name} s WHERE {good(staged)} AND hash({key}) IN (SELECT h FROM doubled)), "
        "seen AS (SELECT rid, shown, min(content) OVER same <> max(content) OVER same AS differs, "
        "row_number() OVER (PARTITION BY key ORDER BY rid) AS nth FROM candidates WINDOW same AS (PARTITION BY key)) "
        f"SELECT rid, CASE WHEN differs THEN '{QUARANTINED}' ELSE '{REPEATED}' END, "
        f"CASE WHEN differs THEN {quoted(staged.table.key[-1])} END, "
        f"CASE WHEN differs THEN shown END, CASE WHEN differs THEN {quoted(OTHER_CONTENT)} END, NULL FROM seen WHERE differs OR nth > 1"
    )


def _pictures(connection: duckdb.DuckDBPyConnection, staged: Staged, folder: Path) -> None:
    rows = connection.execute(f"SELECT rowid, path FROM {staged.name} s WHERE {good(staged)}").fetchall()
    outside = [(rid, path, why) for rid, path in rows if (why := picture_fault(folder, path))]
    if outside:
        connection.executemany(f"INSERT INTO {verdicts(staged.table)} VALUES (?, '{QUARANTINED}', 'path', ?, ?, NULL)", outside)


def picture_fault(folder: Path, path: str) -> str | None:
    """Why a picture may not be read: it must be a plain file inside the delivery, reached without `..` and without a link."""
    relative = PurePosixPath(path.replace("\\", "/"))
    if relative.is_absolute() or ".." in relative.parts or "\0" in path or ":" in path:
        return "a path outside the delivery"
    place = folder
    for part in relative.parts:
        place = place / part
        if place.is_symlink():
            return "a symbolic link"
    return None if place.is_file() else "no such file in the delivery"
