"""How do the rows of a delivery get into the book, all of them or none?

Files of touched months are written beside those that count, the delivery's snapshot is completed, and then one rename of the manifest
makes both true. What a killed run left behind is named by no manifest and is swept before the next one starts.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from graph.book import TRACE_TABLE, BookFile, Manifest, book_columns, relation
from graph.contract import CONTRACT, PROVENANCE, Table
from graph.home import Home
from ingest.cast import quoted
from ingest.delivery import DeliveryNote
from ingest.judge import good, key_columns
from ingest.pseudonyms import book_rows, content, month_of
from ingest.replace import replaced
from ingest.stage import Staged, numbers

ROW_GROUP = 40_960
"""Rows that a look-up by key has to read: a cited line comes out of one group."""

MONTHS_AT_ONCE = 2
"""Sorting and packing a month keep one core and a half busy; two months side by side keep two."""

Hand = duckdb.DuckDBPyConnection
Months = Mapping[str, BookFile]


@dataclass(frozen=True)
class Loaded:
    """What the written files say about the rows of this delivery."""

    rows: int
    sums: Mapping[str, int]


def sweep(home: Home, manifest: Manifest) -> None:
    """Remove what no manifest names: files of killed runs and of months that were replaced, and drafts of snapshots."""
    counted = {home.book / file.path for months in manifest.tables.values() for file in months.values()}
    for path in home.book.glob("*/month=*/*"):
        if path not in counted:
            path.unlink()
    for folder in home.deliveries.glob("*"):
        if folder.name not in manifest.deliveries:
            shutil.rmtree(folder)
    for file in home.faces.glob("*.parquet"):
        if file.stem not in manifest.deliveries:
            file.unlink()


class Writer:
    """Writes one delivery's rows beside the book that counts, table by table; `commit` makes them count."""

    def __init__(self, connection: Hand, home: Home, delivery_id: str, note: DeliveryNote) -> None:
        self._connection, self._home, self._id, self._note = connection, home, delivery_id, note
        self._before = Manifest.read(home.book)
        self._tables: dict[str, Months] = dict(self._before.tables)
        self._retraced: set[str] = set()
        self.draft = home.deliveries / f"{delivery_id}.part"
        shutil.rmtree(self.draft, ignore_errors=True)
        self.draft.mkdir(parents=True, mode=0o700)

    def write(self, staged: Staged) -> Loaded:
        """Write the touched months of one table, and the delivery's own rows as its snapshot."""
        table = staged.table
        rows = book_rows(staged, self._id)
        old = self._tables.get(table.name, {})
        found = self._connection.execute(f"SELECT DISTINCT {month_of(staged)} FROM {staged.name} s WHERE {good(staged)}").fetchall()
        fresh = {f"{month:06d}" for (month,) in found}
        dropped = self._dropped(staged, old)

        def write(month: str) -> tuple[str, BookFile, Loaded]:
            kept = f"{self._old(table.name, old, month)} WHERE NOT {self._replaced(staged)}" if month in old else None
            mine = f"SELECT * EXCLUDE (_rid, month) FROM ({rows} AND {in_month(table, month)})" if month in fresh else None
            with self._connection.cursor() as hand:
                return month, *self._month(hand, staged, month, mine, kept)

        with ThreadPoolExecutor(MONTHS_AT_ONCE) as hands:
            written = list(hands.map(write, sorted(fresh | dropped)))
        after = {**old, **{month: file for month, file, _ in written}}
        self._tables[table.name] = {month: file for month, file in after.items() if file.rows}
        if any(column.split for column in table.columns.values()):
            self._retraced |= fresh | dropped
        sums = {column: sum(loaded.sums[column] for *_, loaded in written) for column in table.sums}
        return Loaded(sum(loaded.rows for *_, loaded in written), sums)

    def rewrite(self, table: Table, rows: str) -> None:
        """Write a whole table anew, from a relation of its columns and `month`."""
        months = [f"{month:06d}" for (month,) in self._connection.execute(f"SELECT DISTINCT month FROM {rows} ORDER BY 1").fetchall()]
        written = {}
        for month in months:
            mine = f"SELECT * EXCLUDE (month) FROM {rows} WHERE month = {int(month)}"
            file = self._file(table.name, month)
            self._copy(self._connection, in_order(table, mine, {name for name, _ in table.book_columns}), file)
            written[month], _ = self._read_back(self._connection, table, file)
        if any(column.split for column in table.columns.values()):
            self._retraced |= {*self._tables.get(table.name, {}), *months}
        self._tables[table.name] = written

    def months(self, table: Table) -> Months:
        """The files of a table as they will count."""
        return self._tables.get(table.name, {})

    def commit(self, after_snapshot: Callable[[], None], *, without: str = "") -> Manifest:
        """Complete the snapshot, then rename the manifest: the one moment at which all of it becomes true.

        `without` is the delivery that this one withdraws.
        """
        self._traces(self._retraced)
        after_snapshot()
        final = self._home.deliveries / self._id
        _sync_tree(self.draft)
        self.draft.rename(final)
        _sync(self._home.deliveries)
        tables = {name: months for name, months in self._tables.items() if months}
        deliveries = (*(known for known in self._before.deliveries if known != without), self._id)
        after = replace(self._before, version=self._before.version + 1, tables=tables, deliveries=deliveries)
        after.write(self._home.book)
        _sync(self._home.book)
        return after

    def _old(self, table: str, months: Months, month: str) -> str:
        return f"SELECT * EXCLUDE (month) FROM ({relation(self._home.book, table, {month: months[month]})}) o"

    def _replaced(self, staged: Staged) -> str:
        """SQL condition on a row `o` of the book that this delivery takes the place of."""
        mine = f"(SELECT * FROM {staged.name} s WHERE {good(staged)})"
        return replaced(staged.table, self._note.kind, self._note.period, key_columns(staged), mine)

    def _dropped(self, staged: Staged, old: Months) -> set[str]:
        if self._note.kind == "append" or not old:
            return set()
        book = relation(self._home.book, staged.table.name, old)
        found = self._connection.execute(f"SELECT DISTINCT month FROM ({book}) o WHERE {self._replaced(staged)}").fetchall()
        return {f"{month:06d}" for (month,) in found}

    def _month(self, hand: Hand, staged: Staged, month: str, mine: str | None, kept: str | None) -> tuple[BookFile, Loaded]:
        table = staged.table
        file = self._file(table.name, month)
        filled = filled_columns(staged)
        if mine and not kept:
            self._copy(hand, in_order(table, mine, filled), file)
        else:
            both = " UNION ALL BY NAME ".join(part for part in (mine, kept) if part)
            self._copy(hand, in_order(table, both, {name for name, _ in table.book_columns}), file)
        if mine:
            snapshot = self.draft / "rows" / table.name / f"month={month}.parquet"
            if kept:
                self._copy(hand, in_order(table, mine, filled), snapshot)
            else:
                snapshot.parent.mkdir(parents=True, exist_ok=True)
                os.link(file, snapshot)  # neither is ever changed
        return self._read_back(hand, table, file)

    def _file(self, table: str, month: str) -> Path:
        # the version never comes back, so a file that counts is never overwritten
        return self._home.book / table / f"month={month}" / f"{self._before.version + 1:05d}-{self._id[:12]}.parquet"

    def _copy(self, hand: Hand, select: str, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        hand.execute(f"COPY ({select}) TO {quoted(str(file))} (FORMAT parquet, ROW_GROUP_SIZE {ROW_GROUP})")
        _sync(file)

    def _read_back(self, hand: Hand, table: Table, file: Path) -> tuple[BookFile, Loaded]:
        """What was really written: the digest of all rows, and count and sums of this delivery's."""
        cells = ", ".join(f'"{name}"' for name in (*(("row_id",) if table.has_row_id else ()), *content(table)))
        mine = f"FILTER (WHERE delivery_id = {quoted(self._id)})"
        sums = "".join(f', CAST(coalesce(sum("{column}") {mine}, 0) AS BIGINT)' for column in table.sums)
        total, xor, added, loaded, *amounts = numbers(
            hand,
            f"SELECT count(*), coalesce(bit_xor(h), 0), coalesce(sum(h), 0), count(*) {mine}{sums} "
            f"FROM (SELECT *, hash(hash({cells})) AS h FROM read_parquet({quoted(str(file))}, hive_partitioning = false))",
        )
        return self._book_file(file, total, xor, added), Loaded(loaded, dict(zip(table.sums, amounts, strict=True)))

    def _book_file(self, file: Path, rows: int, xor: int, added: int) -> BookFile:
        # exclusive or and sum of the rows' hashes: neither depends on their order, together they also see pairs. Hashed twice, because
        # DuckDB joins the hashes of columns by exclusive or, and swapping two cells between rows would not be seen
        return BookFile(file.relative_to(self._home.book).as_posix(), rows, f"{xor:016x}{added % 2**64:016x}")

    def _traces(self, months: set[str]) -> None:
        """Write the split trace codes of touched months anew from the sales, purchases and counts that the book now has."""
        traces = dict(self._tables.get(TRACE_TABLE, {}))
        split = [(t.name, c.name) for t in CONTRACT for c in t.columns.values() if c.split]
        for month in sorted(months):
            parts = [
                f"SELECT {quoted(table)} AS source_table, row_id, unnest(string_split(\"{column}\", ';')) AS code "
                f"FROM ({self._old(table, self._tables[table], month)})"
                for table, column in split
                if month in self._tables.get(table, {})
            ]
            traces.pop(month, None)
            if not parts:
                continue
            file = self._file(TRACE_TABLE, month)
            self._copy(
                self._connection,
                f"SELECT DISTINCT source_table, row_id, trim(code) AS drug_trac_codg FROM ({' UNION ALL '.join(parts)}) "
                "WHERE trim(code) <> '' ORDER BY drug_trac_codg, source_table, row_id",
                file,
            )
            traces[month] = self._digest_traces(file)
            if not traces[month].rows:
                del traces[month]
        self._tables[TRACE_TABLE] = traces

    def _digest_traces(self, file: Path) -> BookFile:
        cells = ", ".join(name for name, _ in book_columns(TRACE_TABLE))
        total, xor, added = numbers(
            self._connection,
            "SELECT count(*), coalesce(bit_xor(h), 0), coalesce(sum(h), 0) "
            f"FROM (SELECT hash(hash({cells})) AS h FROM read_parquet({quoted(str(file))}, hive_partitioning = false))",
        )
        return self._book_file(file, total, xor, added)


def in_month(table: Table, month: str) -> str:
    """SQL condition on a staged row `s`; a range of times, so that whole stretches of other months are skipped unread."""
    if table.month is None:
        return "true"
    if month == "000000":
        return f's."{table.month}" IS NULL'
    year, number = int(month[:4]), int(month[4:])
    following = f"{year + number // 12:04d}-{number % 12 + 1:02d}-01"
    return f"s.\"{table.month}\" >= '{year:04d}-{number:02d}-01' AND s.\"{table.month}\" < '{following}'"


def filled_columns(staged: Staged) -> set[str]:
    """Book columns that this delivery can fill."""
    first = {"row_id"} if staged.table.has_row_id else set[str]()
    return first | {name for column in staged.present for name, _ in column.book_columns} | {name for name, _ in PROVENANCE}


def in_order(table: Table, rows: str, filled: set[str]) -> str:
    """SELECT of rows sorted for the book; columns that nobody filled are added after the sort, which would only carry them along."""
    names = ", ".join(f'"{name}"' for name, _ in table.book_columns if name in filled)
    order = ", ".join(f'"{name}"' for name in sort_columns(table) if name in filled)
    cells = ", ".join(f'"{name}"' if name in filled else f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in table.book_columns)
    return f"SELECT {cells} FROM (SELECT {names} FROM ({rows}) ORDER BY {order})"


def sort_columns(table: Table) -> tuple[str, ...]:
    """Order inside a file: by key, so that zone maps find a cited row; keyless rows by place and time."""
    if table.key:
        return table.key
    first = next(name for name in table.filled if not table.columns[name].identity)
    return tuple(dict.fromkeys(name for name in (first, table.month, "row_id") if name))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync(path)
    _sync(folder)
