"""Is a delivery of the usual size? One that is a tenth of it, or ten times it, is stopped until somebody says why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb
import pyarrow.parquet as pq

from graph.book import Manifest
from graph.contract import Table
from graph.errors import InputAtFault
from graph.home import Home
from ingest.delivery import DeliveryNote
from ingest.pseudonyms import month_of
from ingest.stage import Staged, numbers

FACTOR = 10
"""An export that was cut off, or made of the whole province, misses by orders of magnitude; seasons and holidays by two or three."""
MONTHS = 3
"""Of history before anything is called usual: one month may itself be the odd one."""
FEWEST = 100
"""Rows, on the larger side: between smaller numbers a factor of ten comes about by itself."""


@dataclass(frozen=True)
class Past:
    """What one delivery of the source brought of a table."""

    months: frozenset[str]
    size: int
    """Rows of its fullest month: a delivery of a year, one of a month and its stragglers can then be compared."""


def faults(connection: duckdb.DuckDBPyConnection, tables: tuple[Staged, ...], home: Home, note: DeliveryNote) -> list[InputAtFault]:
    """One for each table of an unusual size. Corrections and withdrawals have no usual size."""
    if note.kind not in {"append", "full"}:
        return []
    before = [folder for folder, about in _deliveries(home) if about["source"] == note.source and about["kind"] in {"append", "full"}]
    return [fault for staged in tables if staged.table.in_book and (fault := _fault(connection, staged, before, note.source))]


def _fault(connection: duckdb.DuckDBPyConnection, staged: Staged, before: list[Path], source: str) -> InputAtFault | None:
    past = [seen for folder in before if (seen := _past(folder, staged.table))]
    if staged.table.month and len({month for seen in past for month in seen.months}) < MONTHS:
        return None
    if not staged.table.month and len(past) < MONTHS:
        return None
    usual = int(median(seen.size for seen in past[-MONTHS:]))
    months = f"SELECT {month_of(staged)} AS month FROM {staged.name} s WHERE s._column IS NULL"
    (size,) = numbers(connection, f"SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM ({months}) GROUP BY month)")
    if max(size, usual) < FEWEST or (usual < size * FACTOR and size < usual * FACTOR):
        return None
    return InputAtFault(
        f"{staged.table.name} ({staged.table.zh}): {size:,} rows in its fullest month, where the last deliveries of "
        f"{source or 'this source'} had {usual:,}",
        f"between a tenth of that and ten times it ({usual // FACTOR:,} to {usual * FACTOR:,})",
        "look whether the export was cut off or doubled; if it is right, take it in with --accept-volume 'the reason'",
    )


def _deliveries(home: Home) -> Iterator[tuple[Path, dict[str, str]]]:
    for delivery in Manifest.read(home.book).deliveries:
        folder = home.deliveries / delivery
        if (folder / "manifest.json").exists():
            yield folder, json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def _past(folder: Path, table: Table) -> Past | None:
    counts = {path.stem: pq.read_metadata(path).num_rows for path in (folder / "rows" / table.name).glob("*.parquet")}
    return Past(frozenset(counts), max(counts.values())) if counts else None
