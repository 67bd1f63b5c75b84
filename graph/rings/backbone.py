"""The projection with meaning: pairs of actors who share targets oftener than chance deals them, everything else left out.

The null keeps how busy each actor is in each stratum and how full each target is (the hypergeometric deal by stratum, BiCM in the mean).
A second null moves time: who is where at the same hour a week later meets by habit, and a bus, a market or a clinic's day explains it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array

from graph.rings.incidence import Incidence, Ints
from graph.rings.significance import surprise
from graph.significance import Floats, benjamini_hochberg

_WORK = 8_000_000
"""Meetings counted at a time: bounds the memory of the product, not its result."""
_PAIRS = 200_000
"""Pairs whose expectation is summed at a time."""


@dataclass(frozen=True)
class Backbone:
    """Validated ties, `a < b`."""

    a: Ints
    b: Ints
    shared: Ints
    """Targets that the two share."""
    expected: Floats
    p: Floats
    looked_at: int
    """Pairs that met often enough to be tested."""

    @property
    def weight(self) -> Floats:
        """-log10 p, at most 50: beyond that a pair is no more certain."""
        return np.minimum(-np.log10(np.maximum(self.p, 1e-50)), 50.0)


def backbone(incidence: Incidence, *, alpha: float, seen: int = 2, apart: Ints | None = None) -> Backbone:
    """Pairs that share `seen` targets or more and stand after Benjamini-Hochberg at `alpha`.

    `apart` numbers a family, a home or a firm for each actor: pairs of one number are never tied. The meetings expected are at least the
    mean over the moves of any of the links' habits.
    """
    a, b, shared = pairs_met(incidence, seen)
    if apart is not None:
        strangers = apart[a] != apart[b]
        a, b, shared = a[strangers], b[strangers], shared[strangers]
    expected = _dealt(incidence, a, b)
    p = surprise(shared, expected, seen)
    close = np.flatnonzero(p <= alpha)  # the others cannot stand whatever habit says, which can only raise p
    for family in incidence.habits:
        expected[close] = np.maximum(expected[close], _moved(incidence, a[close], b[close], family))
    p[close] = surprise(shared[close], expected[close], seen)
    kept = benjamini_hochberg(p, alpha)
    return Backbone(a[kept], b[kept], shared[kept], expected[kept], p[kept], looked_at=int(p.size))


def joined(backbones: Sequence[Backbone]) -> Backbone:
    """The ties of several views of the same actors; a pair that stands in more than one is told by its smallest p."""
    a, b, shared, expected, p = (
        np.concatenate([getattr(one, name) for one in backbones]) for name in ("a", "b", "shared", "expected", "p")
    )
    order = np.lexsort((p, b, a))
    first = np.ones(order.size, dtype=np.bool_)
    first[1:] = (np.diff(a[order]) != 0) | (np.diff(b[order]) != 0)
    kept = order[first]
    return Backbone(a[kept], b[kept], shared[kept], expected[kept], p[kept], looked_at=sum(one.looked_at for one in backbones))


def pairs_met(incidence: Incidence, seen: int) -> tuple[Ints, Ints, Ints]:
    """(a, b, shared targets) of all pairs `a < b` that share at least `seen`, the product taken block by block."""
    matrix = incidence.matrix
    other = matrix.T.tocsr()
    work = np.cumsum(np.bincount(incidence.actor, np.diff(other.indptr)[incidence.target].astype(np.float64), incidence.actors))
    cuts = [0, *np.searchsorted(work, np.arange(_WORK, work[-1] if work.size else 0, _WORK)).tolist(), incidence.actors]
    found = [_block(matrix, other, first, last, seen) for first, last in pairwise(cuts) if last > first]
    none = np.zeros(0, dtype=np.int64)
    return tuple(np.concatenate([none, *part]) for part in zip(*found, strict=True)) if found else (none, none, none)  # type: ignore[return-value]


def _block(matrix: csr_array, other: csr_array, first: int, last: int, seen: int) -> tuple[Ints, Ints, Ints]:
    met = (matrix[first:last] @ other).tocoo()
    row = met.row + np.int64(first)
    kept = (met.data >= seen) & (met.col > row)
    return row[kept].astype(np.int64), met.col[kept].astype(np.int64), met.data[kept].astype(np.int64)


def _dealt(incidence: Incidence, a: Ints, b: Ints) -> Floats:
    """Meetings expected when each stratum's links are dealt anew: d_a d_b times the chance that two links of it fall on one target."""
    names, stratum = np.unique(incidence.stratum, return_inverse=True)
    full = np.bincount(incidence.target, minlength=incidence.targets).astype(np.float64)
    links = np.bincount(stratum, minlength=names.size).astype(np.float64)
    # each link of a target of k brings k - 1 others: summed over links, the ordered pairs of links that share a target
    beside = np.bincount(stratum, weights=full[incidence.target] - 1, minlength=names.size)
    rate = beside / np.maximum(links * (links - 1), 1)
    busy = csr_array((np.ones(stratum.size), (incidence.actor, stratum)), shape=(incidence.actors, names.size))
    return _over_pairs(busy, csr_array(busy * rate), a, b)


def _moved(incidence: Incidence, a: Ints, b: Ints, family: Sequence[Ints]) -> Floats:
    """Mean meetings when b's targets are moved, over the moves of one family."""
    total = np.zeros(a.size)
    for move in family:
        there = move[incidence.target]
        ours = there >= 0
        moved = csr_array((np.ones(int(ours.sum())), (incidence.actor[ours], there[ours])), shape=incidence.matrix.shape)
        total += _over_pairs(incidence.matrix, moved, a, b)
    return total / max(len(family), 1)


def _over_pairs(left: csr_array, right: csr_array, a: Ints, b: Ints) -> Floats:
    """The product of row a of `left` and row b of `right`, for each pair."""
    parts = [np.asarray(left[a[n : n + _PAIRS]].multiply(right[b[n : n + _PAIRS]]).sum(axis=1)).ravel() for n in range(0, a.size, _PAIRS)]
    return np.concatenate([np.zeros(0), *parts]).astype(np.float64)
