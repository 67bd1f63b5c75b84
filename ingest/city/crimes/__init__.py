"""Planted schemes, one module per pattern: how people really steal, not what a rule looks for."""

from __future__ import annotations

from typing import Protocol

from ingest.city.district import District
from ingest.city.key import Deed
from ingest.city.period import Month
from ingest.city.rows import Draft


class Crime(Protocol):
    """A scheme that acts month by month."""

    deed: Deed

    def before(self, draft: Draft, district: District, month: Month) -> None:
        """Act on the month's visits before boxes are given out."""

    def after(self, draft: Draft, district: District, month: Month) -> None:
        """Act on what was really sold, when every box has its code."""
