"""A ring among strangers is found; a bus, a family, a crowd and chance are not."""

from __future__ import annotations

import numpy as np
import pytest

from graph.rings import Incidence, find_groups
from tests.graph.rings.people import PEOPLE, a_week_later, links, members, strangers, together

RING = range(PEOPLE, PEOPLE + 6)


def test_cards_that_meet_eight_times_at_odd_hours_are_a_ring() -> None:
    found = find_groups(links(strangers(651), together(RING, range(0, 24, 3))), alpha=0.001, draws=20)

    assert members(found) == [list(RING)]
    assert found.groups[0].p_value == pytest.approx(1 / 21)
    assert found.groups[0].false_rate == 0
    assert found.by_chance == 0


@pytest.mark.parametrize("seed", [651, 652, 653])
def test_strangers_are_none_and_rewired_strangers_neither(seed: int) -> None:
    town = links(strangers(seed))

    assert find_groups(town, alpha=0.001, draws=0).groups == ()
    assert find_groups(town.rewired(np.random.default_rng(seed)), alpha=0.001, draws=0).groups == ()


def test_the_ring_is_gone_when_its_own_links_are_dealt_anew() -> None:
    town, rng = links(strangers(651), together(RING, range(0, 24, 3))), np.random.default_rng(652)

    assert [find_groups(town.rewired(rng), alpha=0.001, draws=0).groups for _ in range(20)] == [()] * 20


def test_a_bus_that_comes_at_the_same_hour_every_week_is_a_habit() -> None:
    town = links(strangers(651), together(RING, range(24), hours=[9]))

    assert members(find_groups(town, alpha=0.001, draws=0)) == [list(RING)]  # beyond chance, so chance alone would accuse them
    assert (
        find_groups(links(strangers(651), together(RING, range(24), hours=[9]), habits=a_week_later()), alpha=0.001, draws=0).groups == ()
    )


def test_odd_hours_are_no_habit() -> None:
    town = links(strangers(651), together(RING, range(0, 24, 3)), habits=a_week_later())

    assert members(find_groups(town, alpha=0.001, draws=0)) == [list(RING)]


def test_a_family_is_never_tied_to_itself() -> None:
    town = links(strangers(651), together(RING, range(0, 24, 3)))
    household = np.arange(town.actors)
    household[list(RING)] = 0

    assert find_groups(town, alpha=0.001, draws=0, apart=household).groups == ()


def test_a_canteen_where_everybody_is_tells_nothing_of_two_of_them() -> None:
    crowd = together(range(60), range(24), hours=[30])
    town = links(strangers(651), crowd)

    assert town.crowded == 24
    assert find_groups(town, alpha=0.001, draws=0).groups == ()


def test_a_star_specialist_whose_hours_are_full_is_explained_by_their_fullness() -> None:
    """One room, open two hours a week, always full of the same chronic patients: that they meet is the room's doing."""
    room = [link for week in range(24) for link in together(range(36), range(week, week + 1), place=19, hours=[week % 2])]

    assert find_groups(links(room, crowd=40), alpha=0.001, draws=0).groups == ()


def test_who_met_them_once_is_no_member() -> None:
    passer_by = [(link[0] - PEOPLE, *link[1:]) for link in together(range(PEOPLE, PEOPLE + 1), range(0, 3, 3))]
    found = find_groups(links(strangers(651), together(RING, range(0, 24, 3)), passer_by), alpha=0.001, draws=0)

    assert members(found) == [list(RING)]


def test_two_people_are_no_ring() -> None:
    assert find_groups(links(strangers(651), together(range(PEOPLE, PEOPLE + 2), range(0, 24, 3))), alpha=0.001, draws=0).groups == ()


def test_no_links_make_no_ring() -> None:
    none = np.zeros(0, dtype=np.int64)

    assert find_groups(Incidence.of(none, none, none, actors=0, targets=0, crowd=20), alpha=0.001, draws=20).groups == ()


def test_equal_links_count_once() -> None:
    once, twice = links(together(RING, range(3))), links(together(RING, range(3)), together(RING, range(3)))

    assert once.actor.size == twice.actor.size


def test_a_ring_held_together_by_one_tie_is_two_and_the_tie_is_told() -> None:
    one, other = range(PEOPLE, PEOPLE + 5), range(PEOPLE + 10, PEOPLE + 15)
    across = together(range(PEOPLE + 4, PEOPLE + 5), range(1, 24, 3), place=5, seed=653)
    between = across + [(PEOPLE + 10, *link[1:]) for link in across]
    town = links(strangers(651), together(one, range(0, 24, 3)), together(other, range(2, 24, 3), place=3, seed=652), between)
    found = find_groups(town, alpha=0.001, draws=0)

    assert sorted(members(found)) == [list(one), list(other)]
    bridges = [found.ties.b[place] for group in found.groups for place, _ in group.bridges]
    assert bridges == [PEOPLE + 10, PEOPLE + 10]  # each side names it
    assert [to for group in found.groups for _, to in group.bridges] == [1, 0]


def test_two_views_of_the_same_links_are_one_search() -> None:
    town = links(strangers(651), together(RING, range(0, 24, 3)))

    assert members(find_groups(town, town, alpha=0.001, draws=0)) == [list(RING)]
