"""Which tables stopped coming while the claims went on? In those months, a rule that needs them cannot be tested.

What a feed would have shown is unknown there: a sale without its purchase, a session without its record are no finding when nobody sent
purchases or records.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from graph.book import Manifest

MONTHS = 3
"""Of rows before a table counts as a feed: fewer show no habit that could stop."""
USUAL = 100
"""Rows of its usual month: where a hundred are expected, none comes about by no chance; where two are, a month without is common."""
STRAGGLERS = 0.1
"""Of the usual month's claim lines: a month with fewer is the rim of the book, not a month in which a feed should have spoken."""

Silence = Mapping[str, tuple[int, ...]]
"""Table -> months (YYYYMM) without a row, after its first."""


def silence(manifest: Manifest) -> Silence:
    """Of the feeds of a book that have any."""
    rows = {table: {int(month): file.rows for month, file in months.items() if int(month)} for table, months in manifest.tables.items()}
    claims = rows.get("fee_list_d") or {}
    told = {month for month, lines in claims.items() if lines >= STRAGGLERS * median(claims.values())}
    feeds = {table: months for table, months in rows.items() if len(months) >= MONTHS and median(months.values()) >= USUAL}
    silent = {table: tuple(sorted(month for month in told - months.keys() if month > min(months))) for table, months in feeds.items()}
    return {table: months for table, months in silent.items() if months}

