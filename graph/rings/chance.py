"""Groups and what chance alone shows: the same search on rewired links says how dense a group may become by accident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.rings.backbone import Backbone, backbone, joined
from graph.rings.communities import communities
from graph.rings.incidence import Incidence, Ints
from graph.significance import Floats


@dataclass(frozen=True)
class Group:
    """Actors tied to each other beyond chance."""

    actors: Ints
    ties: Ints
    """Places in the backbone."""
    score: float
    """Surprise of its ties per actor: grows with the strength of ties and with their number."""
    p_value: float
    """Share of rewired graphs, this one counted in, that hold any group as dense."""
    false_rate: float
    """Of the groups at least this dense, the share that rewired graphs hold as well."""
    bridges: tuple[tuple[int, int], ...]
    """Ties (places in the backbone, number of the other group) that lead to another group."""


@dataclass(frozen=True)
class Found:
    """Densest group first."""

    ties: Backbone
    groups: tuple[Group, ...]
    draws: int
    by_chance: int
    """Groups in all rewired graphs together."""


def find_groups(
    *views: Incidence, alpha: float, draws: int, seen: int = 2, least: int = 3, apart: Ints | None = None, seed: int = 0
) -> Found:
    """Groups of `least` actors or more; `draws` times all links are dealt anew and searched too, unless nothing is there to judge.

    `views` are the same links cut in several ways (hours that begin at the full hour, and at half past): each has its part of alpha.
    """

    def ties_in(links: Sequence[Incidence]) -> Backbone:
        return joined([backbone(view, alpha=alpha / len(links), seen=seen, apart=apart) for view in links])

    ties, rng = ties_in(views), np.random.default_rng(seed)
    group = communities(ties, least)
    by_chance = []
    for _ in range(draws if (group >= 0).any() else 0):
        dealt = ties_in([view.rewired(rng) for view in views])
        by_chance.append(scores(dealt, communities(dealt, least)))
    return judged(ties, group, by_chance)


def scores(ties: Backbone, group: Ints) -> Floats:
    """Density of each group: the summed weight of its ties over its actors."""
    inside = group >= 0
    count = int(group.max(initial=-1)) + 1
    summed = np.bincount(group[inside], weights=ties.weight[inside], minlength=count)
    ends = np.stack([np.concatenate([group[inside]] * 2), np.concatenate([ties.a[inside], ties.b[inside]])])
    actors = np.bincount(np.unique(ends, axis=1)[0], minlength=count)
    return summed / np.maximum(actors, 1)


def judged(ties: Backbone, group: Ints, by_chance: Sequence[Floats]) -> Found:
    """The groups (`group`: number of each tie, -1 outside) beside the densities that rewired graphs showed."""
    dense = scores(ties, group)
    order = np.argsort(-dense, kind="stable")
    number = np.empty_like(order)
    number[order] = np.arange(order.size)
    top = np.array([found.max(initial=0.0) for found in by_chance])
    dealt = np.concatenate([np.zeros(0), *by_chance])
    of_actor = dict(
        zip(np.concatenate([ties.a, ties.b])[np.tile(group >= 0, 2)].tolist(), np.tile(group[group >= 0], 2).tolist(), strict=True)
    )
    groups = []
    for rank, at in enumerate(order.tolist()):
        inside = np.flatnonzero(group == at)
        expected = float((dealt >= dense[at]).sum()) / max(len(by_chance), 1)
        groups.append(
            Group(
                actors=np.unique(np.concatenate([ties.a[inside], ties.b[inside]])),
                ties=inside,
                score=float(dense[at]),
                p_value=(1 + int((top >= dense[at]).sum())) / (len(by_chance) + 1),
                false_rate=min(expected / (rank + 1), 1.0),
                bridges=_bridges(ties, group, at, of_actor, number),
            )
        )
    return Found(ties, tuple(groups), draws=len(by_chance), by_chance=int(dealt.size))


def _bridges(ties: Backbone, group: Ints, at: int, of_actor: dict[int, int], number: Ints) -> tuple[tuple[int, int], ...]:
    found = []
    for place in np.flatnonzero(group < 0).tolist():
        sides = {of_actor.get(int(ties.a[place]), -1), of_actor.get(int(ties.b[place]), -1)}
        if at in sides and len(sides) == 2 and -1 not in sides:
            found.append((place, int(number[(sides - {at}).pop()])))
    return tuple(found)
