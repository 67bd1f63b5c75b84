"""How surprising is it to meet so often, given that the two were seen to meet at all?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc
from scipy.stats import false_discovery_control

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_NEVER = 1e-12
"""Meetings expected of two who can never meet by chance: small, not zero, so that the ratio below exists."""


def tail(count: NDArray[np.int64], expected: Floats) -> Floats:
    """P(at least `count` meetings): Poisson, which bounds the sum of independent rare meetings of unequal chance."""
    reached: Floats = gammainc(np.maximum(count, 1), np.maximum(expected, _NEVER))
    return np.where(count <= 0, 1.0, reached)


def surprise(count: NDArray[np.int64], expected: Floats, seen: int) -> Floats:
    """P of `count` meetings among pairs that were looked at because they met `seen` times.

    Pairs that met less are no tests, so the selection must stand in the p: P(count or more | seen or more).
    """
    given = np.maximum(tail(np.full(count.shape, seen), expected), np.finfo(np.float64).tiny)
    return np.clip(tail(count, expected) / given, 0.0, 1.0)


def stands(p: Floats, alpha: float) -> Bools:
    """Benjamini-Hochberg: which p stand when a share `alpha` of false ones is accepted."""
    if not p.size:
        return np.zeros(0, dtype=np.bool_)
    kept: Bools = false_discovery_control(p) <= alpha
    return kept
