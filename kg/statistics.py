"""Tests that the statistical rules share. Each states what it assumes; none is evidence of a deed by itself."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

MEMBER = pa.struct([("type", pa.string()), ("id", pa.string()), ("role", pa.string())])
"""One member of a group, as every group rule returns it."""


def rows_of(*key: str) -> pa.DataType:
    """Type of a `<table>_rows` column: a list of structs of the key and `fen`."""
    return pa.list_(pa.struct([*((name, pa.string()) for name in key), ("fen", pa.int64())]))


def ring_id(pattern: str, members: Iterable[str]) -> str:
    """Name of a group by its members: the same members, the same name in every run."""
    return hashlib.md5("\n".join((pattern, *sorted(set(members)))).encode(), usedforsecurity=False).hexdigest()[:16]


def longest_rise(ranks: Sequence[int]) -> int:
    """Length of the longest increasing subsequence: how much of one order survives in another."""
    tails: list[int] = []
    for rank in ranks:
        place = bisect_left(tails, rank)
        tails[place : place + 1] = [rank]
    return len(tails)


def components(pairs: NDArray[np.int64]) -> list[list[int]]:
    """Groups of numbers joined by the pairs, each sorted, in the order of their first number."""
    if not len(pairs):
        return []
    names, places = np.unique(pairs, return_inverse=True)
    a, b = places.reshape(-1, 2).T
    _, label = connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(len(names), len(names))), directed=False)
    return sorted(names[label == n].tolist() for n in np.unique(label))


def two_core(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The pairs that remain when every number tied to fewer than two others is taken off, again and again."""
    while len(pairs):
        names, places, ties = np.unique(pairs, return_inverse=True, return_counts=True)
        firm = (ties >= 2)[places.reshape(pairs.shape)].all(axis=1)
        if firm.all() or not len(names):
            break
        pairs = pairs[firm]
    return pairs
