"""A ring's life from one run to the next: born, kept, grown, shrunk, split, merged, gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Literal

State = Literal["born", "kept", "grown", "shrunk", "split", "merged"]

HALF = 0.5
"""A ring comes from another when at least this share of the smaller one's members is in both."""


@dataclass(frozen=True)
class Heir:
    """A ring of this run and where it comes from."""

    state: State
    before: tuple[str, ...]
    """Rings of the run before that it comes from."""
    joined: frozenset[Hashable]
    left: frozenset[Hashable]


def heirs(now: Mapping[str, frozenset[Hashable]], before: Mapping[str, frozenset[Hashable]]) -> dict[str, Heir]:
    """What became of the rings: each ring of this run by name. Rings of the run before that no heir names are gone.

    Two sources make a merged ring; one source with several heirs was split; else the members tell.
    """
    source = {name: tuple(sorted(old for old, them in before.items() if _same_stock(members, them))) for name, members in now.items()}
    children = Counter(old for olds in source.values() for old in olds)
    return {name: _heir(members, source[name], before, children) for name, members in now.items()}


def _same_stock(one: frozenset[Hashable], other: frozenset[Hashable]) -> bool:
    return len(one & other) >= HALF * max(min(len(one), len(other)), 1)


def _heir(members: frozenset[Hashable], source: tuple[str, ...], before: Mapping[str, frozenset[Hashable]], children: Counter[str]) -> Heir:
    known: frozenset[Hashable] = frozenset().union(*(before[old] for old in source))
    joined, left = (members - known, known - members) if source else (members, frozenset())
    return Heir(_state(source, children, joined, left), source, joined, left)


def _state(source: tuple[str, ...], children: Counter[str], joined: frozenset[Hashable], left: frozenset[Hashable]) -> State:
    if not source:
        return "born"
    if len(source) > 1:
        return "merged"
    if children[source[0]] > 1:
        return "split"
    if joined:
        return "grown"
    return "shrunk" if left else "kept"
