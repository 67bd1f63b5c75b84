"""What the ring rules share: members with reasons, ties and bridges in the words of the book, and time moved by a day, a week, a month."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pyarrow as pa

from graph.rings import Backbone, Group
from graph.rings.incidence import Ints

_TEXT = ("type", "id", "role", "reason_zh", "reason_en")
MEMBER = pa.struct([(name, pa.string()) for name in _TEXT])
"""A member of a ring; its role is of the closed list, and says why."""
TIE = pa.struct(
    [("a", pa.string()), ("b", pa.string()), ("kind", pa.string()), ("shared", pa.int64()), ("expected", pa.float64()), ("p", pa.float64())]
)
"""A validated tie between two members of a ring."""
BRIDGE = pa.struct([("a", pa.string()), ("b", pa.string()), ("shared", pa.int64())])
"""The only ties to another group: until more is shown, they are two rings."""

HABITS = ((-1, 1), (-7, 7, -14, 14), (-10, 10, -20, 20), (-28, 28), (-30, 30, -31, 31))
"""Days by which one of two is moved, by habit: a daily, a weekly, a market, a four-weekly and a monthly timetable."""


def member(kind: str, name: str, role: str, reason_zh: str, reason_en: str) -> dict[str, str]:
    return dict(zip(_TEXT, (kind, name, role, reason_zh, reason_en), strict=True))


def shifts_in_time(place: pl.Series, slot: pl.Series, *, slots_a_day: int) -> tuple[Ints, list[list[Ints]]]:
    """Target of each event (a slot at a place), and per habit its moves: the target of that place so many days later, -1 = none."""
    first = int(slot.min() or 0)  # type: ignore[arg-type]
    span = int(slot.max() or 0) - first + 1  # type: ignore[arg-type]
    wide = span + 2 * slots_a_day * max(abs(day) for habit in HABITS for day in habit)
    keys, target = np.unique(place.to_numpy().astype(np.int64) * wide + (slot.to_numpy() - first), return_inverse=True)
    return target.astype(np.int64), [[_moved(keys, day * slots_a_day, wide) for day in habit] for habit in HABITS]


def _moved(keys: Ints, by: int, wide: int) -> Ints:
    there = keys + by
    at = np.minimum(np.searchsorted(keys, there), max(keys.size - 1, 0))
    same_place = there // wide == keys // wide if keys.size else np.zeros(0, dtype=np.bool_)
    return np.where((keys[at] == there) & same_place, at, -1) if keys.size else keys


def ties_of(ties: Backbone, group: Group, names: pl.Series, *, kind: str) -> list[dict[str, object]]:
    """The group's ties by the names of its actors."""
    return [
        {
            "a": names[int(ties.a[n])],
            "b": names[int(ties.b[n])],
            "kind": kind,
            "shared": int(ties.shared[n]),
            "expected": float(ties.expected[n]),
            "p": float(ties.p[n]),
        }
        for n in group.ties.tolist()
    ]


def bridges_of(ties: Backbone, group: Group, names: pl.Series) -> list[dict[str, object]]:
    """Ties that alone lead to another group."""
    to: Sequence[int] = [other for _, other in group.bridges]
    return [
        {"a": names[int(ties.a[n])], "b": names[int(ties.b[n])], "shared": int(ties.shared[n])}
        for n, other in group.bridges
        if to.count(other) == 1
    ]
