"""A town of strangers at counters, and groups in it: built in arrays, drawn from a seed that a test names."""

from __future__ import annotations

import numpy as np

from graph.rings import Incidence
from graph.rings.incidence import Habits, Ints

PLACES, WEEKS, HOURS = 20, 26, 60
"""Counters, weeks, and opening hours of a week."""
PEOPLE = 1_500

Links = list[tuple[int, int, int, int]]
"""(person, place, week, hour of the week)"""


def strangers(seed: int) -> Links:
    """Everybody goes to one of his two counters every other week, at any hour."""
    rng = np.random.default_rng(seed)
    usual = rng.integers(0, PLACES, (PEOPLE, 2))
    who, week = np.nonzero(rng.random((PEOPLE, WEEKS)) < 0.5)
    place = usual[who, rng.integers(0, 2, who.size)]
    return list(zip(who.tolist(), place.tolist(), week.tolist(), rng.integers(0, HOURS, who.size).tolist(), strict=True))


def together(people: range, weeks: range, *, place: int = 0, hours: list[int] | None = None, seed: int = 651) -> Links:
    """These people at one place in the same hour of each week: an hour drawn anew each time, or the one given."""
    drawn = np.random.default_rng(seed).integers(0, HOURS, len(weeks)).tolist() if hours is None else hours * len(weeks)
    return [(person, place, week, hour) for week, hour in zip(weeks, drawn, strict=False) for person in people]


def links(*parts: Links, crowd: int = 20, habits: Habits = ()) -> Incidence:
    """Actors in hours of places, each place and week a stratum."""
    who, place, week, hour = np.array([link for part in parts for link in part], dtype=np.int64).reshape(-1, 4).T
    stratum = place * WEEKS + week
    return Incidence.of(
        who, stratum * HOURS + hour, stratum, actors=PEOPLE + 100, targets=PLACES * WEEKS * HOURS, crowd=crowd, habits=habits
    )


def a_week_later() -> list[list[Ints]]:
    """One habit: the same hour of the same place one and two weeks before and after."""
    target = np.arange(PLACES * WEEKS * HOURS)
    week = target // HOURS % WEEKS
    return [[np.where((week + by >= 0) & (week + by < WEEKS), target + by * HOURS, -1) for by in (-2, -1, 1, 2)]]


def members(found: object) -> list[list[int]]:
    return [group.actors.tolist() for group in found.groups]  # type: ignore[attr-defined]
