"""How surprising is it to meet so often, given that the two were seen to meet at all?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graph.significance import Floats, poisson_tail

_NEVER = 1e-12
"""Meetings expected of two who can never meet by chance: small, not zero, so that the ratio below exists."""


def surprise(count: NDArray[np.int64], expected: Floats, seen: int) -> Floats:
    """P of `count` meetings among pairs that were looked at because they met `seen` times.

    Pairs that met less are no tests, so the selection must stand in the p: P(count or more | seen or more).
    """
    possible = np.maximum(expected, _NEVER)
    given = np.maximum(poisson_tail(np.full(count.shape, seen), possible), np.finfo(np.float64).tiny)
    return np.clip(poisson_tail(count, possible) / given, 0.0, 1.0)
