"""What an event leaves in the book."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

Row = dict[str, object]


@dataclass(frozen=True)
class Fact:
    """Rows of the book that one event leaves behind."""

    rows: tuple[tuple[str, Row], ...]
    key: Row = field(default_factory=dict)
    """Key of the row by which the test will know it."""

    def __add__(self, other: Fact) -> Fact:
        return Fact((*self.rows, *other.rows), self.key or other.key)


def many(facts: Iterable[Fact]) -> Fact:
    """Several events as one."""
    return Fact(tuple(row for fact in facts for row in fact.rows))
