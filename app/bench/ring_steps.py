"""What `bench rings` times, each as a process of its own: ours, its kernels, and the peers on the same planted graph."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import networkit as nk
import networkx as nx
import numpy as np
from scipy.sparse import coo_array, csr_array

from app.bench.planted import Planted, grade, plant
from graph.rings import Incidence, find_groups, pairs_met

Said = Mapping[str, Any]
ALPHA = 0.01
"""As the rules have it."""
_LARGEST = 200
"""Actors beyond which a peer's community is not counted as a ring: it says nothing."""

_AHEAD = 1.01
"""A node must be so much above the average to stay: where all are equal the peel ends."""


def rings_ours(nodes: str) -> Said:
    """Validated projection, Leiden, cores: what is found, without rewired graphs."""
    planted = plant(int(nodes))
    started = time.monotonic(), time.process_time()
    found = find_groups(planted.links, alpha=ALPHA, draws=0)
    seconds, cpu = time.monotonic() - started[0], time.process_time() - started[1]
    groups = [frozenset(group.actors.tolist()) for group in found.groups]
    return {"seconds": seconds, "cpu": cpu, "pairs": found.ties.looked_at, "ties": found.ties.a.size, **grade(planted.rings, groups)}


def rings_rewired(nodes: str, draws: str) -> Said:
    """Groups in graphs whose links were dealt anew."""
    links, rng = plant(int(nodes)).links, np.random.default_rng(652)
    shown = [len(find_groups(links.rewired(rng), alpha=ALPHA, draws=0).groups) for _ in range(int(draws))]
    return {"groups": sum(shown), "draws": len(shown)}


def rings_kernels(nodes: str) -> Said:
    """Components and Leiden of the planted graph itself, and the projection of 200 people for each 20 places."""
    planted = plant(int(nodes))
    a, b, size = _ends(planted)
    graph = nk.GraphFromCoo((np.ones(a.size), (a, b)), n=size, weighted=False, directed=False)
    rng, people = np.random.default_rng(653), int(nodes) // 5
    seen = csr_array(
        (np.ones(people * 5, dtype=np.int32), (rng.integers(0, people, people * 5), rng.integers(0, people // 10, people * 5)))
    )
    return {
        "wcc": _timed(lambda: nk.components.ConnectedComponents(graph).run()),
        "leiden": _timed(lambda: nk.community.ParallelLeiden(graph).run()),
        "projection": _timed(lambda: (seen.T @ seen).nnz),
    }


def rings_networkx(nodes: str) -> Said:
    """The peer for the kernels."""
    a, b, _ = _ends(plant(int(nodes)))
    graph = nx.Graph()
    build = _timed(lambda: graph.add_edges_from(zip(a.tolist(), b.tolist(), strict=True)))
    return {"build": build, "wcc": _timed(lambda: sum(1 for _ in nx.connected_components(graph)))}


def rings_raw_leiden(nodes: str) -> Said:
    """The peer: Leiden on the raw projection, two shared targets an edge, nothing validated."""
    planted = plant(int(nodes))
    started = time.monotonic()
    a, b, shared = pairs_met(planted.links, 2)
    graph = nk.GraphFromCoo((shared.astype(np.float64), (a, b)), n=planted.links.actors, weighted=True, directed=False)
    part = np.asarray(nk.community.ParallelLeiden(graph).run().getPartition().getVector())
    groups = _parts(part, np.unique(np.concatenate([a, b])))
    return {"seconds": time.monotonic() - started, **grade(planted.rings, groups)}


def rings_fraudar(nodes: str, blocks: str) -> Said:
    """The peer: FRAUDAR's log-weighted peel, in batches (all that fall short of the average at once), one block after another."""
    planted = plant(int(nodes))
    links, started, groups = planted.links, time.monotonic(), []
    actor, target = links.actor, links.target
    for _ in range(int(blocks)):
        kept = _peel(actor, target, links)
        groups.append(frozenset(np.unique(actor[kept]).tolist()))
        actor, target = actor[~kept], target[~kept]
    return {"seconds": time.monotonic() - started, **grade(planted.rings, groups)}


def _peel(actor: np.ndarray, target: np.ndarray, links: Incidence) -> np.ndarray:
    """Links of the densest block met while nodes of less than average suspicion are taken off, round after round."""
    weight = 1 / np.log(np.bincount(target, minlength=links.targets)[target] + 5.0)
    kept, best, densest = np.ones(actor.size, dtype=np.bool_), np.ones(actor.size, dtype=np.bool_), 0.0
    while kept.any():
        of_actor = np.bincount(actor[kept], weight[kept], links.actors)
        of_target = np.bincount(target[kept], weight[kept], links.targets)
        mean = of_actor.sum() / ((of_actor > 0).sum() + (of_target > 0).sum())
        if mean > densest:
            densest, best = mean, kept.copy()
        average = _AHEAD * 2 * mean  # each link weighs on two nodes
        kept &= (of_actor[actor] > average) & (of_target[target] > average)
    return best


def _ends(planted: Planted) -> tuple[np.ndarray, np.ndarray, int]:
    links = planted.links
    return links.actor, links.target + links.actors, links.actors + links.targets


def _parts(part: np.ndarray, actors: np.ndarray) -> list[frozenset[int]]:
    """Communities of three to _LARGEST among these actors."""
    label = np.unique(part[actors], return_inverse=True)[1]
    rows = coo_array((np.ones(actors.size), (label, actors))).tocsr()
    sizes = np.diff(rows.indptr)
    return [
        frozenset(rows.indices[rows.indptr[n] : rows.indptr[n + 1]].tolist()) for n in np.flatnonzero((sizes >= 3) & (sizes <= _LARGEST))
    ]


def _timed(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


STEPS: Mapping[str, Callable[..., Said]] = {
    step.__name__: step for step in (rings_ours, rings_rewired, rings_kernels, rings_networkx, rings_raw_leiden, rings_fraudar)
}
