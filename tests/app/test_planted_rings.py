"""The graph that `bench rings` plants: its rings are found through their camouflage, its strangers are not."""

from __future__ import annotations

import numpy as np

from app.bench.planted import grade, plant
from app.bench.ring_steps import ALPHA
from graph.rings import find_groups


def test_planted_rings_are_found_through_their_camouflage_and_strangers_are_not() -> None:
    planted = plant(10_000)
    found = find_groups(planted.links, alpha=ALPHA, draws=0)
    graded = grade(planted.rings, [frozenset(group.actors.tolist()) for group in found.groups])

    assert graded["recall"] >= 0.9
    assert graded["fdr"] <= 0.1


def test_the_rewired_graph_holds_none() -> None:
    assert find_groups(plant(10_000).links.rewired(np.random.default_rng(652)), alpha=ALPHA, draws=0).groups == ()


def test_the_grade_counts_half_a_ring_and_not_less() -> None:
    ring = frozenset(range(8))

    assert grade((ring,), [frozenset(range(4))]) == {"recall": 1.0, "fdr": 0.0, "groups": 1}
    assert grade((ring,), [frozenset(range(3))])["recall"] == 0.0
    assert grade((ring,), [frozenset({0, 100, 101})])["fdr"] == 1.0
