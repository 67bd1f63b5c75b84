"""A delivery is withdrawn: its tables become what the other deliveries make of them, as if it had never come in.

The rows come from the snapshots, in the order of the deliveries and by the kind of each. What the withdrawn one had replaced comes
back, and a row that another delivery had repeated stays, now as that delivery's own. A row that was kept out because it contradicted
the withdrawn delivery stays in quarantine: its delivery has to be sent again under another note.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from graph.book import Manifest, relation
from graph.contract import CONTRACT, Table
from graph.errors import EnvironmentAtFault, InputAtFault, RingscopeError
from graph.home import Home
from ingest.cast import quoted
from ingest.commit import Writer
from ingest.replace import replaced
from ingest.stage import numbers


@dataclass(frozen=True)
class Snapshot:
    """What a home keeps of one delivery."""

    folder: Path

    @cached_property
    def about(self) -> Mapping[str, Any]:
        path = self.folder / "manifest.json"
        if not path.exists():
            raise EnvironmentAtFault(f"{path} is missing", "the snapshot of every delivery of the book", "put it back from your backup")
        said: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return said

    @property
    def tables(self) -> tuple[Table, ...]:
        """Tables of the book that it had files for."""
        return tuple(CONTRACT[name] for name in self.about["report"]["tables"] if CONTRACT[name].in_book)

    @property
    def period(self) -> tuple[date, date] | None:
        said = self.about["period"]
        return (date.fromisoformat(said[0]), date.fromisoformat(said[1])) if said else None

    def rows(self, table: Table) -> str:
        """Relation of the rows that it brought, those that the book held already included, and their `month`."""
        files = [*(self.folder / "rows" / table.name).glob("*.parquet"), *(self.folder / "repeats").glob(f"{table.name}.parquet")]
        if not files:
            return f"({relation(self.folder, table.name, {})})"
        month = f'coalesce(year("{table.month}") * 100 + month("{table.month}"), 0)' if table.month else "0"
        paths = ", ".join(quoted(str(path)) for path in sorted(files))
        return f"(SELECT *, {month} AS month FROM read_parquet([{paths}], hive_partitioning = false, union_by_name = true))"


def named(home: Home, manifest: Manifest, wanted: str) -> Snapshot:
    """The delivery of this id or name. Raises InputAtFault when there is none, or more than one of the name."""
    known = {delivery: Snapshot(home.deliveries / delivery) for delivery in manifest.deliveries}
    fitting = [s for delivery, s in known.items() if wanted in (delivery, s.about["name"]) and s.about["kind"] != "withdraw"]
    if len(fitting) == 1:
        return fitting[0]
    shown = ", ".join(f"{delivery} ({s.about['name']})" for delivery, s in list(known.items())[-10:]) or "none"
    raise InputAtFault(
        f"withdraws = {wanted!r} names {len(fitting) or 'no'} delivery of this book",
        f"the id, or a name that only one has: {shown}",
        "correct withdraws in delivery.toml",
    )


def withdrawn_before(home: Home, manifest: Manifest, wanted: str) -> str | None:
    """The withdrawal that took this delivery out, while it is out."""
    for delivery in reversed(manifest.deliveries):
        about = Snapshot(home.deliveries / delivery).about
        if about["kind"] != "withdraw" and wanted in (delivery, about["name"]):
            return None
        if about["kind"] == "withdraw" and wanted in about["withdrew"]:
            return delivery
    return None


def withdraw(
    connection: duckdb.DuckDBPyConnection, home: Home, writer: Writer, gone: Snapshot, say: Callable[[str], None]
) -> dict[str, tuple[int, int]]:
    """Write the tables of a delivery without it; returns the rows that went and the rows that came (back), by table."""
    manifest = Manifest.read(home.book)
    others = [Snapshot(home.deliveries / d) for d in manifest.deliveries if d != gone.folder.name]
    changed = {}
    for table in gone.tables:
        say(f"book: {table.name}")
        before = f"({relation(home.book, table.name, manifest.tables.get(table.name, {}))})"
        after = _replay(connection, table, others)
        writer.rewrite(table, after)
        _must_hold(connection, table, after, f"({relation(home.book, table.name, writer.months(table))})")
        changed[table.name] = (_only_in(connection, table, before, after), _only_in(connection, table, after, before))
        connection.execute(f"DROP TABLE {after}")
    return changed


def _replay(connection: duckdb.DuckDBPyConnection, table: Table, deliveries: list[Snapshot]) -> str:
    """The table as these deliveries make it, one after the other."""
    made = f"stage.w{len(deliveries)}_{table.name}"
    if not deliveries:
        connection.execute(f"CREATE TABLE {made} AS {relation(Path(), table.name, {})}")
        return made
    *earlier, last = deliveries
    held, rows = _replay(connection, table, earlier), last.rows(table)
    out = replaced(table, last.about["kind"], last.period, table.key, rows) if table in last.tables else "false"
    same = " AND ".join(f'k."{name}" IS NOT DISTINCT FROM s."{name}"' for name in identity(table))
    connection.execute(
        f"CREATE TABLE {made} AS WITH kept AS (SELECT * FROM {held} o WHERE NOT {out}) "
        f"SELECT * FROM kept UNION ALL BY NAME SELECT * FROM {rows} s WHERE NOT EXISTS (FROM kept k WHERE {same})"
    )
    connection.execute(f"DROP TABLE {held}")
    return made


def identity(table: Table) -> tuple[str, ...]:
    """Columns that tell a row from every other."""
    return ("row_id",) if table.has_row_id else table.key


def _only_in(connection: duckdb.DuckDBPyConnection, table: Table, these: str, those: str) -> int:
    """Rows of one relation whose content the other lacks."""
    cells = ", ".join(f'"{name}"' for column in table.columns.values() for name, _ in column.book_columns)
    (count,) = numbers(connection, f"SELECT count(*) FROM (SELECT {cells} FROM {these} EXCEPT ALL SELECT {cells} FROM {those})")
    return count


def _must_hold(connection: duckdb.DuckDBPyConnection, table: Table, wanted: str, written: str) -> None:
    sums = "".join(f', CAST(coalesce(sum("{column}"), 0) AS BIGINT)' for column in table.sums)
    left, right = (numbers(connection, f"SELECT count(*){sums} FROM {rows}") for rows in (wanted, written))
    if left != right:
        raise RingscopeError(
            f"{table.name}: {left} rows and fen were to be written, {right} were",
            "the same, to the fen",
            "this is a fault of the program: nothing was changed; please report it with the name of the table",
        )
