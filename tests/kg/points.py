"""Points and other rows of the knowledge library, as a site would load them."""

from __future__ import annotations

from tests.kg.crimes import row
from tests.kg.facts import Fact

RETIRED = "2024-12-31"
"""Before every day of the case file."""


def point(rule: str, code: str, *, name: str = "ITEM", **columns: object) -> Fact:
    """A published limit on an item."""
    return row("kb_point", rule_kind=rule, subject_code=code, subject_name=name, **columns)
