"""Tests that the statistical rules share. Each states what it assumes; none is evidence of a deed by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import poisson

MEMBER = pa.struct([("type", pa.string()), ("id", pa.string()), ("role", pa.string())])
"""One member of a group, as every group rule returns it."""


def rows_of(*key: str) -> pa.DataType:
    """Type of a `<table>_rows` column: a list of structs of the key and `fen`."""
    return pa.list_(pa.struct([*((name, pa.string()) for name in key), ("fen", pa.int64())]))


def ring_id(pattern: str, members: Iterable[str]) -> str:
    """Name of a group by its members: the same members, the same name in every run."""
    return hashlib.md5("\n".join((pattern, *sorted(set(members)))).encode(), usedforsecurity=False).hexdigest()[:16]


def poisson_tail(observed: NDArray[np.int64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """P(at least `observed` events) when `expected` are due by chance, events being rare and independent."""
    tail: NDArray[np.float64] = poisson.sf(observed - 1, expected)
    return tail


def benjamini_hochberg(p: NDArray[np.float64], alpha: float, tests: int | None = None) -> NDArray[np.bool_]:
    """Which of the p values stand when a share `alpha` of false ones is accepted; `tests` counts those not listed too (their p taken as 1)."""
    total = max(tests or len(p), len(p))
    order = np.argsort(p, kind="stable")
    below = p[order] <= alpha * np.arange(1, len(p) + 1) / max(total, 1)
    kept = np.zeros(len(p), dtype=np.bool_)
    if below.any():
        kept[order[: int(np.flatnonzero(below)[-1]) + 1]] = True
    return kept


def longest_rise(ranks: Sequence[int]) -> int:
    """Length of the longest increasing subsequence: how much of one order survives in another."""
    tails: list[int] = []
    for rank in ranks:
        place = int(np.searchsorted(np.asarray(tails, dtype=np.int64), rank)) if tails else 0
        if place == len(tails):
            tails.append(rank)
        else:
            tails[place] = rank
    return len(tails)
