"""What is planted, and who takes part? Schemes and look-alikes drawn before the first month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.city.district import District
from ingest.city.key import Deed
from ingest.city.period import Month
from ingest.city.rows import Draft


@dataclass
class Plot:
    """All deeds of a city."""

    schemes: list[Deed] = field(default_factory=list)
    innocents: list[Deed] = field(default_factory=list)
    own_dialysis: set[int] = field(default_factory=set)

    def before(self, draft: Draft, district: District, month: Month) -> None:
        """Deeds that need no trace codes of the month."""

    def after(self, draft: Draft, district: District, month: Month) -> None:
        """Deeds that use boxes which were really sold."""

    def ids(self, district: District) -> dict[str, Sequence[str]]:
        """Public ids of the member types."""
        return {"patient": district.people.psn_no.tolist(), "institution": district.places.code.tolist(), "doctor": district.staff.code.tolist()}


def plan(district: District, calendar: list[Month]) -> Plot:
    del district, calendar
    return Plot()
