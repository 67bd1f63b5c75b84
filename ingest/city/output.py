"""How do rows become the files of a bureau? Ids given in no order that could tell, files in the contract's order of columns."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl

from graph.contract import CONTRACT
from ingest.city.chance import Strings, digits, join, scramble

_ORDER = "__order"
_BUCKET = 700_000
"""Rows of a table that are sorted at once; more would not fit beside everything else."""
_LETTER = {"visit": "3", "setl": "5", "line": "7", "check": "C", "session": "S", "diag": "G", "oprn": "O", "order": "Y", "invoice": "8"}
_LETTER |= {"note": "N", "implant": "M", "therapy": "K", "log": "L", "txn": "Q", "clue": "U", "outcome": "V"}


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
    """The delivery in the making: months are gathered apart and written as one file whose order tells nothing, not even the month."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder, seed
        self.columns: dict[str, list[str]] = {}
        self.parts: dict[str, list[Path]] = {}
        self.folder.mkdir(parents=True, exist_ok=True)

    def append(self, table: str, frame: pl.DataFrame) -> None:
        """Gather rows; every column must be the contract's, and every required one present."""
        known = CONTRACT[table].columns
        if stray := set(frame.columns) - set(known):
            raise KeyError(f"{table} has no column {sorted(stray)}")
        if absent := set(CONTRACT[table].required) - set(frame.columns):
            raise KeyError(f"{table} lacks {sorted(absent)}")
        order = [name for name in known if name in frame.columns]
        if self.columns.setdefault(table, order) != order:
            raise ValueError(f"{table} changed its columns: {order}, first {self.columns[table]}")
        parts = self.parts.setdefault(table, [])
        path = self.folder / f".{table}-{len(parts)}.parquet"
        rng = np.random.default_rng([self.seed, len(parts), zlib.crc32(table.encode())])
        frame.select(order).with_columns(
            pl.col(pl.String).replace("", None), pl.Series(_ORDER, rng.integers(0, 1 << 40, frame.height))
        ).write_parquet(path)
        parts.append(path)

    def close(self, spoilt: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, int]:
        """Write the files, wrong rows last. Returns the number of true rows of each table."""
        counts = {}
        for table, parts in self.parts.items():
            path = self.folder / f"{table}.csv"
            with path.open("wb") as out:
                counts[table] = self._merge(table, parts, out)
            with path.open("a", encoding="utf-8", newline="") as text:
                csv.writer(text, lineterminator="\n").writerows(spoilt.get(table, ()))
            for part in parts:
                part.unlink()
        return counts

    def _merge(self, table: str, parts: list[Path], out: BinaryIO) -> int:
        """Ids are random, so they are the order (a visit's lines stay together); rows without an id are dealt at random."""
        key = [c for c in CONTRACT[table].key if c in self.columns[table]] or [_ORDER]
        whole = pl.scan_parquet(parts)
        total = whole.select(pl.len()).collect().item()
        buckets = max(1, -(-total // _BUCKET))
        for bucket in range(buckets):
            mine = pl.col(key[0]).hash(self.seed) % buckets == bucket if buckets > 1 else pl.lit(True)
            frame = whole.filter(mine).collect().sort(key).drop(_ORDER)
            frame.write_csv(out, include_header=bucket == 0, datetime_format="%Y-%m-%d %H:%M:%S")
        return int(total)


def moment(column: str) -> pl.Expr:
    """Seconds as a time; 0 = null."""
    return pl.when(pl.col(column) > 0).then(pl.from_epoch(pl.col(column), time_unit="s"))


def yuan(column: str) -> pl.Expr:
    """Fen as decimal yuan."""
    return (pl.col(column) / 100).round(2)


def take(values: Strings, index: pl.Series) -> pl.Series:
    """Codes or names of an index; null where it is negative."""
    position = index.cast(pl.Int64).rename("i").to_frame().select(pl.when(pl.col("i") >= 0).then("i"))["i"]
    return pl.Series(values).gather(position)
