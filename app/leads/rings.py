"""When are two groups one ring, and when is a ring the one of the run before? When they share at least half of their members."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

SAME = 0.5
"""Jaccard share of members from which two groups are one ring (patterns.toml, head)."""

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def merge(groups: pl.DataFrame) -> pl.DataFrame:
    """`pattern, finding_id, member` (one row a member) -> `pattern, finding_id, ring` (ring: a number, valid within this run)."""
    listed = groups.select("pattern", "finding_id").unique().sort("pattern", "finding_id").with_row_index("group")
    if listed.is_empty():
        return listed.select("pattern", "finding_id", pl.col("group").cast(pl.Int64).alias("ring"))
    filled = groups.join(listed, on=["pattern", "finding_id"])
    left, right, _ = _alike(filled, filled, listed.height, listed.height)
    near = csr_matrix((np.ones(left.size), (left, right)), shape=(listed.height, listed.height))
    _, ring = connected_components(near, directed=False)
    return listed.select("pattern", "finding_id", pl.Series("ring", ring.astype(np.int64)))


def name(rings: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """`pattern, ring, member` of this run and `pattern, ring_id, member` of the run before -> `ring, ring_id`.

    A ring inherits the id of the predecessor that it resembles most, each id once; a ring without predecessor is named after its members.
    """
    now = rings.select("pattern", "ring").unique().sort("ring").with_row_index("group")
    then = before.select("pattern", "ring_id").unique().sort("ring_id").with_row_index("group")
    left, right, alike = _alike(
        rings.join(now, on=["pattern", "ring"]), before.join(then, on=["pattern", "ring_id"]), now.height, then.height
    )
    names: dict[int, str] = {}
    taken: set[str] = set()
    old = then["ring_id"].to_list()
    for place in np.lexsort((right, left, -alike)):  # one pass over pairs of rings, the most alike first
        ring, ring_id = int(left[place]), old[right[place]]
        if ring not in names and ring_id not in taken:
            names[ring] = ring_id
            taken.add(ring_id)
    fresh = (
        rings.sort("member").group_by("pattern", "ring").agg(pl.col("member").str.join(";")).join(now, on=["pattern", "ring"]).sort("group")
    )
    for pattern, members, group in fresh.select("pattern", "member", "group").iter_rows():
        if group not in names:
            names[group] = _fresh(f"{pattern};{members}", taken | set(old))
            taken.add(names[group])
    return now.select("ring", pl.Series("ring_id", [names[n] for n in range(now.height)], dtype=pl.String))


def _fresh(text: str, taken: set[str]) -> str:
    """A hash of the members; hashed again in the rare case that a ring which has since changed still bears this name."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return _fresh(text + ";again", taken) if digest in taken else digest


def _alike(left: pl.DataFrame, right: pl.DataFrame, rows: int, columns: int) -> Pairs:
    """Pairs (row, column, Jaccard) of groups of one pattern that share at least half; `group, pattern, member` each."""
    keys = pl.concat([left.select("pattern", "member"), right.select("pattern", "member")]).unique().with_row_index("at")
    one, other = _incidence(left, keys, rows), _incidence(right, keys, columns)
    shared = (one @ other.T).tocoo()
    sizes = np.asarray(one.sum(axis=1)).ravel()[shared.row] + np.asarray(other.sum(axis=1)).ravel()[shared.col]
    jaccard = shared.data / (sizes - shared.data)
    close = jaccard >= SAME
    return shared.row[close].astype(np.int64), shared.col[close].astype(np.int64), jaccard[close]


def _incidence(groups: pl.DataFrame, keys: pl.DataFrame, rows: int) -> csr_matrix:
    placed = groups.join(keys, on=["pattern", "member"]).select("group", "at").unique()
    return csr_matrix((np.ones(placed.height), (placed["group"].to_numpy(), placed["at"].to_numpy())), shape=(rows, keys.height))
