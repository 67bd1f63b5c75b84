"""Does the delivery add up? read = loaded + quarantined + repeated, in rows and in every declared sum, to the fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from graph.errors import InputAtFault, RingscopeError
from ingest.commit import Loaded
from ingest.judge import QUARANTINED, REPEATED, good, verdicts
from ingest.quarantine import Entry
from ingest.stage import Staged, numbers


@dataclass(frozen=True)
class Sum:
    """One money column over all rows of a table, in fen."""

    read_fen: int = 0
    loaded_fen: int = 0
    quarantined_fen: int = 0
    repeated_fen: int = 0
    unreadable_rows: int = 0
    """Quarantined rows that state no readable amount: they are in none of the sums, so they are counted as rows."""


@dataclass(frozen=True)
class Count:
    """One table of a delivery."""

    read: int = 0
    loaded: int = 0
    quarantined: int = 0
    repeated: int = 0
    sums: Mapping[str, Sum] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        return {**vars(self), "sums": {column: dict(vars(value)) for column, value in self.sums.items()}}


@dataclass(frozen=True)
class Report:
    """The verdict of the door on one delivery."""

    delivery_id: str
    tables: Mapping[str, Count] = field(default_factory=dict)
    quarantine: tuple[Entry, ...] = ()
    unknown_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    switched_off: tuple[str, ...] = ()
    """Tables that are neither delivered nor in the book; the rules that need them are off."""
    warnings: tuple[Mapping[str, str | int], ...] = ()
    faults: tuple[InputAtFault, ...] = ()
    """Why the delivery cannot be used; empty = it can."""

    @property
    def usable(self) -> bool:
        return not self.faults

    @property
    def why(self) -> str:
        return "\n\n".join(map(str, self.faults))

    def totals(self) -> dict[str, int]:
        """Rows over all tables: read = loaded + quarantined + repeated."""
        words = ("read", "loaded", "quarantined", "repeated")
        return {word: sum(getattr(count, word) for count in self.tables.values()) for word in words}

    def to_json(self) -> dict[str, object]:
        """The stable form (design section 9), then what else the door has to say."""
        return {
            "tables": {name: count.to_json() for name, count in self.tables.items()},
            "quarantine": [entry.to_json() for entry in self.quarantine],
            "unknown_columns": {name: list(columns) for name, columns in self.unknown_columns.items()},
            "switched_off": list(self.switched_off),
            "delivery_id": self.delivery_id,
            "usable": self.usable,
            "faults": [str(fault) for fault in self.faults],
            "warnings": [dict(warning) for warning in self.warnings],
        }


def count(connection: duckdb.DuckDBPyConnection, staged: Staged, loaded: Loaded | None) -> Count:
    """Count a table; what was loaded comes from the written files, or, for a mere check, from the rows without a verdict.

    Raises RingscopeError when the two sides differ: that is a fault of this program, and nothing has been committed yet.
    """
    present = {column.name for column in staged.present}
    columns = [column for column in staged.table.sums if column in present]
    totals = "".join(f', CAST(coalesce(sum("{c}"), 0) AS BIGINT), count(*) - count("{c}")' for c in columns)
    out = f"FROM {verdicts(staged.table)} x JOIN {staged.name} s ON x.rid = s.rowid"
    kept_out = {row[0]: row[1:] for row in connection.execute(f"SELECT x.outcome, count(*){totals} {out} GROUP BY x.outcome").fetchall()}
    bad, again = (kept_out.get(outcome, (0,) * (1 + 2 * len(columns))) for outcome in (QUARANTINED, REPEATED))
    whole = numbers(connection, f"SELECT count(*){totals} FROM {staged.name}")
    if loaded is None:
        fit = numbers(connection, f"SELECT count(*){totals} FROM {staged.name} s WHERE {good(staged)}")
        loaded = Loaded(fit[0], {c: fit[1 + 2 * n] for n, c in enumerate(columns)})
    sums = {c: Sum(whole[1 + 2 * n], loaded.sums[c], bad[1 + 2 * n], again[1 + 2 * n], bad[2 + 2 * n]) for n, c in enumerate(columns)}
    counted = Count(whole[0], loaded.rows, bad[0], again[0], sums)
    _must_add_up(staged, counted)
    return counted


def _must_add_up(staged: Staged, counted: Count) -> None:
    sides = {"rows": (counted.read, counted.loaded + counted.quarantined + counted.repeated)}
    sides |= {c: (s.read_fen, s.loaded_fen + s.quarantined_fen + s.repeated_fen) for c, s in counted.sums.items()}
    sides["rows of the files"] = (staged.rows, counted.read)
    for what, (left, right) in sides.items():
        if left != right:
            raise RingscopeError(
                f"{staged.table.name}: {what} read {left}, accounted for {right}",
                "read = loaded + quarantined + repeated",
                "this is a fault of the program: nothing was taken in; please report it with the name of the table",
            )
