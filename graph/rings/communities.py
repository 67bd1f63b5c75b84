"""Groups in the backbone: Leiden, and in each what hangs together by more than one tie; what one tie joins is two until proven one."""

from __future__ import annotations

import networkit as nk
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph.rings.backbone import Backbone
from graph.rings.incidence import Ints

HALF = 0.5


def communities(ties: Backbone, least: int) -> Ints:
    """Group of each tie, -1 for a tie outside: Leiden's communities, cut to their 2-core and at their bridges; `least` actors or more."""
    group = np.full(ties.a.size, -1, dtype=np.int64)
    names, ends = np.unique(np.concatenate([ties.a, ties.b]), return_inverse=True)
    a, b = ends.reshape(2, -1)
    label = _rejoined(_leiden(a, b, ties.weight, names.size), a, b)
    inside = np.flatnonzero(label[a] == label[b])
    inside = inside[_firm(a[inside], b[inside], names.size)]
    part = _components(a[inside], b[inside], names.size)
    big = np.bincount(part)[part] >= least
    kept = inside[big[a[inside]]]
    _, group[kept] = np.unique(part[a[kept]], return_inverse=True)
    return group


def _leiden(a: Ints, b: Ints, weight: np.ndarray, size: int) -> Ints:
    """Community of each node; one thread and one seed, so that a run can be repeated."""
    if not size:
        return np.zeros(0, dtype=np.int64)
    threads = nk.getMaxNumberOfThreads()
    nk.setNumberOfThreads(1)
    nk.setSeed(1, False)
    graph = nk.GraphFromCoo((weight, (a, b)), n=size, weighted=True, directed=False)
    found = nk.community.ParallelLeiden(graph, randomize=False).run().getPartition().getVector()
    nk.setNumberOfThreads(threads)
    return np.asarray(found, dtype=np.int64)


def _rejoined(label: Ints, a: Ints, b: Ints) -> Ints:
    """Leiden also parts what belongs together: two communities tied to each other HALF as densely as the sparser is in itself are one."""
    count = int(label.max(initial=-1)) + 1
    size = np.bincount(label, minlength=count).astype(np.float64)
    within = np.bincount(label[a][label[a] == label[b]], minlength=count) / np.maximum(size * (size - 1) / 2, 1)
    low, high = np.minimum(label[a], label[b]), np.maximum(label[a], label[b])
    pair, ties = np.unique((low * np.int64(max(count, 1)) + high)[low != high], return_counts=True)
    one, other = np.divmod(pair, np.int64(max(count, 1)))
    close = ties / (size[one] * size[other]) >= HALF * np.minimum(within[one], within[other])
    return _components(one[close], other[close], count)[label]


def _firm(a: Ints, b: Ints, size: int) -> np.ndarray:
    """Ties that are no bridge: on the far side of a bridge begins another group, and whoever hangs by one tie alone is in none."""
    if not a.size:
        return np.zeros(0, dtype=np.bool_)
    graph = nk.GraphFromCoo((np.ones(a.size), (a, b)), n=size, weighted=False, directed=False)
    parts = nk.components.BiconnectedComponents(graph)
    parts.run()
    alone = {tuple(sorted(part)) for part in parts.getComponents() if len(part) == 2}
    return np.fromiter(((min(x, y), max(x, y)) not in alone for x, y in zip(a.tolist(), b.tolist(), strict=True)), np.bool_, a.size)


def _components(a: Ints, b: Ints, size: int) -> Ints:
    _, label = connected_components(coo_array((np.ones(a.size), (a, b)), shape=(size, size)), directed=False)
    return np.asarray(label, dtype=np.int64)
