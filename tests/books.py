"""Hand-made books: a test says only the columns it cares about, the contract fills in the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from graph.book import TRACE_TABLE, BookFile, Manifest, book_columns
from graph.contract import CONTRACT
from graph.home import Home

Row = Mapping[str, object]


def make_book(home: Home, tables: Mapping[str, Sequence[Row]], *, delivery: str = "made-by-hand") -> Manifest:
    """Write `tables` as the whole book of `home`; rows name BOOK columns (`tel_h`, not `tel`), everything unsaid is null.

    Keyless rows get a `row_id` (table and position) unless they bring one, and `trac_d` is derived from `;`-lists of codes.
    A second call replaces the book, as a later delivery would.
    """
    prepared = {name: [_complete(name, n, row, delivery) for n, row in enumerate(rows, 1)] for name, rows in tables.items()}
    if TRACE_TABLE not in prepared:
        prepared[TRACE_TABLE] = list(_traces(prepared))
    before = Manifest.read(home.book)
    written = {name: _write(home.book, name, rows) for name, rows in prepared.items() if rows}
    manifest = Manifest(version=before.version + 1, tables=written, deliveries=(*before.deliveries, delivery))
    manifest.write(home.book)
    return manifest


def _complete(table: str, n: int, row: Row, delivery: str) -> dict[str, object]:
    columns = [name for name, _ in book_columns(table)]
    if unknown := set(row) - set(columns):
        raise ValueError(f"{table} has no book column {sorted(unknown)}; it has {columns}")
    given = {"row_id": f"{table}-{n}", "delivery_id": delivery, "source_file": f"{table}.csv", "source_record": n, **row}
    return {column: given.get(column) for column in columns}


def _traces(tables: Mapping[str, Sequence[Row]]) -> Iterable[dict[str, object]]:
    for name, rows in tables.items():
        split = next((c.name for c in CONTRACT[name].columns.values() if c.split), None)
        for row in rows if split else ():
            for code in str(row[str(split)] or "").split(";"):
                if code.strip():
                    yield {"source_table": name, "row_id": row["row_id"], "drug_trac_codg": code.strip()}


def _write(book: Path, table: str, rows: Sequence[dict[str, object]]) -> dict[str, BookFile]:
    columns = book_columns(table)
    month = None if table == TRACE_TABLE else CONTRACT[table].month
    declared = ", ".join(f'"{name}" {kind}' for name, kind in columns)
    places = ", ".join("?" for _ in columns)
    files: dict[str, BookFile] = {}
    with duckdb.connect() as db:
        db.execute(f"CREATE TABLE made ({declared}, month_of VARCHAR)")
        stamp = f"coalesce(strftime(\"{month}\", '%Y%m'), '000000')" if month else "'000000'"
        db.executemany(f"INSERT INTO made VALUES ({places}, NULL)", [[row[name] for name, _ in columns] for row in rows])
        db.execute(f"UPDATE made SET month_of = {stamp}")
        for (stamp_of,) in db.execute("SELECT DISTINCT month_of FROM made ORDER BY ALL").fetchall():
            chosen = db.execute("SELECT * EXCLUDE (month_of) FROM made WHERE month_of = ? ORDER BY ALL", [stamp_of]).fetchall()
            digest = hashlib.sha256(repr(chosen).encode()).hexdigest()[:32]
            path = f"{table}/month={stamp_of}/{digest}.parquet"
            _copy(db, book / path, str(stamp_of))
            files[str(stamp_of)] = BookFile(path=path, rows=len(chosen), digest=digest)
    return files


def _copy(db: duckdb.DuckDBPyConnection, path: Path, month: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    db.execute(f"COPY (SELECT * EXCLUDE (month_of) FROM made WHERE month_of = '{month}') TO '{part}' (FORMAT parquet)")
    part.replace(path)
