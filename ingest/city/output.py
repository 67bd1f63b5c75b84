"""How do rows become the files of a bureau? Ids given in no order that could tell, files in the contract's order of columns."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from graph.contract import CONTRACT
from ingest.city.chance import Strings, digits, join, scramble

_LETTER = {"visit": "3", "setl": "5", "line": "7", "check": "C", "session": "S", "diag": "G", "oprn": "O", "order": "Y", "invoice": "8"}


@dataclass
class Ids:
    """Serials that say nothing: the n-th number given out is a scrambled one, and numbers are dealt at random."""

    seed: int
    next: dict[str, int] = field(default_factory=dict)

    def give(self, kind: str, n: int, rng: np.random.Generator) -> Strings:
        """`n` new ids of a kind."""
        first = self.next.get(kind, 1)
        self.next[kind] = first + n
        serial = rng.permutation(np.arange(first, first + n))
        return join(_LETTER[kind], digits(scramble(serial, 42, self.seed + sum(kind.encode())), 13))


class Files:
    """The delivery in the making: every table is appended month by month."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.columns: dict[str, list[str]] = {}
        self.records: dict[str, int] = {}
        self.folder.mkdir(parents=True, exist_ok=True)

    def append(self, table: str, frame: pl.DataFrame) -> None:
        """Write rows; every column must be the contract's, and every required one present."""
        known = CONTRACT[table].columns
        if stray := set(frame.columns) - set(known):
            raise KeyError(f"{table} has no column {sorted(stray)}")
        if absent := set(CONTRACT[table].required) - set(frame.columns):
            raise KeyError(f"{table} lacks {sorted(absent)}")
        order = [name for name in known if name in frame.columns]
        first = table not in self.columns
        if not first and self.columns[table] != order:
            raise ValueError(f"{table} changed its columns: {order}, first {self.columns[table]}")
        self.columns[table] = order
        self.records[table] = self.records.get(table, 0) + frame.height
        with (self.folder / f"{table}.csv").open("wb" if first else "ab") as out:
            frame.select(order).with_columns(pl.col(pl.String).replace("", None)).write_csv(out, include_header=first, datetime_format="%Y-%m-%d %H:%M:%S")


    def append_text(self, table: str, cells: list[str]) -> int:
        """Write one row as it is; returns its record number (1 = first row after the header)."""
        self.records[table] += 1
        with (self.folder / f"{table}.csv").open("a", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerow(cells)
        return self.records[table]


def moment(column: str) -> pl.Expr:
    """Seconds as a time; 0 = null."""
    return pl.when(pl.col(column) > 0).then(pl.from_epoch(pl.col(column), time_unit="s"))


def yuan(column: str) -> pl.Expr:
    """Fen as decimal yuan."""
    return (pl.col(column) / 100).round(2)


def take(values: Strings, index: pl.Series) -> pl.Series:
    """Codes or names of an index; null where it is negative."""
    position = index.to_numpy()
    named = pl.Series(values[np.maximum(position, 0)])
    return pl.DataFrame({"v": named, "ok": position >= 0}).select(pl.when("ok").then("v"))["v"]
