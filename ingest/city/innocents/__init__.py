"""Innocent look-alikes, grouped by where they happen: each does what some scheme does, for a good and visible reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ingest.city.cast import Cast
from ingest.city.counter import Marks
from ingest.city.district import District
from ingest.city.key import Deed
from ingest.city.period import Month
from ingest.city.rows import Draft


@dataclass
class Story:
    """A look-alike that goes on month by month; a subclass tells what happens."""

    deed: Deed
    active: set[int]

    @property
    def marks(self) -> Marks:
        return Marks(story=self.deed.number)

    def before(self, draft: Draft, district: District, month: Month) -> None:
        """What comes before boxes are given out."""

    def after(self, draft: Draft, district: District, month: Month) -> None:
        """What uses boxes that were really sold."""


Told = Callable[[Cast, Deed, int], Story | None]
Stories = Mapping[str, tuple[str, str, Told]]
"""name -> (the pattern it looks like, why nothing is wrong, how it is cast)."""


def every(*parts: Stories) -> Sequence[tuple[str, str, str, Told]]:
    """All stories as (name, looks like, why, cast)."""
    return [(name, *rest) for part in parts for name, rest in part.items()]
