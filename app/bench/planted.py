"""A planted graph for the rings: strangers of very unequal activity at places of very unequal size, and rings that hide among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.rings import Incidence
from graph.rings.incidence import Ints

CROWD = 200
"""Actors beyond which a target tells nothing about any two of them."""
CAMOUFLAGE = (0.0, 0.2, 0.4, 0.6, 0.8)
"""Share of a ring's links that go where everybody goes."""
_SLOTS = 70
"""Targets of a stratum: hours of a week at one place."""


@dataclass(frozen=True)
class Planted:
    """Links and the truth in them."""

    links: Incidence
    rings: tuple[frozenset[int], ...]


def plant(nodes: int, seed: int = 651) -> Planted:
    """`nodes` actors and targets, four to one, five links a node, and a ring for each ten thousand nodes (ten at least)."""
    rng = np.random.default_rng(seed)
    targets = nodes // 5
    actors, edges = nodes - targets, 5 * nodes
    taste = np.minimum(rng.pareto(2.5, targets) + 0.2, 15.0)
    actor = _drawn(rng, np.minimum(rng.pareto(2.5, actors) + 0.2, 30.0), edges)
    target = _drawn(rng, taste, edges)
    parts, rings = [(actor, target)], []
    for n in range(max(10, nodes // 10_000)):
        people = rng.choice(actors, int(rng.integers(6, 25)), replace=False)
        places = rng.choice(targets, int(rng.integers(6, 13)), replace=False)
        own = people.size * places.size
        share = CAMOUFLAGE[n % len(CAMOUFLAGE)]
        hidden = int(own * share / (1 - share))
        parts += [
            (np.repeat(people, places.size), np.tile(places, people.size)),
            (rng.choice(people, hidden), _drawn(rng, taste, hidden)),
        ]
        rings.append(frozenset(people.tolist()))
    actor, target = (np.concatenate(side) for side in zip(*parts, strict=True))
    links = Incidence.of(actor, target, target // _SLOTS, actors=actors, targets=targets, crowd=CROWD)
    return Planted(links, tuple(rings))


def _drawn(rng: np.random.Generator, weight: np.ndarray, n: int) -> Ints:
    return np.searchsorted(np.cumsum(weight) / weight.sum(), rng.random(n)).astype(np.int64)


def grade(rings: tuple[frozenset[int], ...], groups: list[frozenset[int]]) -> dict[str, float]:
    """Recall: rings that some group shares half with (Jaccard). FDR: groups without half of their members in one ring."""
    of_actor = {actor: n for n, ring in enumerate(rings) for actor in ring}
    found, wrong = set(), 0
    for group in groups:
        named = [of_actor[actor] for actor in group if actor in of_actor]
        best = max(set(named), key=named.count, default=None)
        if best is None or 2 * named.count(best) < len(group):
            wrong += 1
        elif 2 * len(rings[best] & group) >= len(rings[best] | group):
            found.add(best)
    return {"recall": len(found) / len(rings), "fdr": wrong / max(len(groups), 1), "groups": len(groups)}
