"""Which months does the city live through?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

DAY = 86_400
EPOCH = dt.date(1970, 1, 1)
START = dt.date(2025, 7, 1)
"""Trace codes became a condition of payment on this day; every city begins here."""


def seconds(day: dt.date) -> int:
    """Midnight of a day as seconds since 1970, local time without zone."""
    return (day - EPOCH).days * DAY


@dataclass(frozen=True)
class Month:
    """One calendar month."""

    number: int
    first: dt.date

    @property
    def days(self) -> int:
        return ((self.first + dt.timedelta(days=32)).replace(day=1) - self.first).days

    @property
    def beg(self) -> int:
        return seconds(self.first)

    @property
    def end(self) -> int:
        return self.beg + self.days * DAY

    @property
    def label(self) -> str:
        return f"{self.first:%Y-%m}"


def months(n: int) -> list[Month]:
    """The first `n` months of the city."""
    found, first = [], START
    for number in range(n):
        found.append(Month(number, first))
        first = (first + dt.timedelta(days=32)).replace(day=1)
    return found
