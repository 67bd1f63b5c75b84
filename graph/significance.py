"""How surprising is a count, and which surprises stand among many? Neither is evidence of a deed by itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtrc
from scipy.stats import false_discovery_control

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def poisson_tail(observed: NDArray[np.int64], expected: Floats) -> Floats:
    """P(at least `observed` events) when `expected` are due by chance, events being rare and independent."""
    tail: Floats = pdtrc(observed - 1, np.maximum(expected, 1e-300))  # what is never due by chance is all the more surprising
    return tail


def benjamini_hochberg(p: Floats, alpha: float, tests: int | None = None) -> Bools:
    """Which p values stand when a share `alpha` of false ones is accepted; `tests` counts the unlisted too, whose p is taken as 1."""
    if not len(p):
        return np.zeros(0, dtype=np.bool_)
    # the adjusted value grows with the number of tests, and only the listed ones can be small
    stands: Bools = false_discovery_control(p) * (max(tests or 0, len(p)) / len(p)) <= alpha
    return stands
