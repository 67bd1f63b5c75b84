"""What is planted, and who takes part? Schemes and look-alikes drawn before the first month."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
import polars as pl

from ingest.city import organisations, registers
from ingest.city.cast import Cast
from ingest.city.crimes import (
    Crime,
    card_cashing,
    card_collecting,
    dialysis_fraud,
    double_reimbursement,
    drug_swap,
    duplicate_charge,
    fictitious_service,
    forged_records,
    ghost_enrolment,
    handler_collusion,
    impersonation,
    induced_admission,
    item_swap,
    non_designated,
    off_indication,
    over_examination,
    over_prescribing,
    over_standard,
    phantom_bed,
    phantom_billing,
    reflux_drug,
    split_admission,
    split_charge,
    trace_code_reuse,
    upcoding,
)
from ingest.city.district import District
from ingest.city.innocents import (
    Story,
    admissions,
    boxes,
    charges,
    charts,
    clinics,
    every,
    families,
    kidneys,
    papers,
    patients,
    payments,
    services,
    tills,
    wards,
)
from ingest.city.key import Deed
from ingest.city.period import Month
from ingest.city.rows import Draft


@runtime_checkable
class Registering(Protocol):
    """A deed that changes registers before the first day."""

    def register(self, tables: dict[str, pl.DataFrame], district: District) -> None:
        """Change rows of `tables` (contract table -> rows); mark them with scheme or story."""


@runtime_checkable
class Closing(Protocol):
    """A deed that closes a place: what others do there this month must move."""

    def close(self, draft: Draft, month: Month) -> None:
        """Move the month's visits, when all of them are there."""


Plant = Callable[[Cast, Deed, int], Crime | None]
PATTERNS: Mapping[str, Plant] = {
    "phantom_bed": phantom_bed.plant,
    "split_admission": split_admission.plant,
    "induced_admission": induced_admission.plant,
    "drug_swap": drug_swap.plant,
    "card_cashing": card_cashing.plant,
    "card_collecting": card_collecting.plant,
    "reflux_drug": reflux_drug.plant,
    "trace_code_reuse": trace_code_reuse.plant,
    "duplicate_charge": duplicate_charge.plant,
    "dialysis_fraud": dialysis_fraud.plant,
    "impersonation": impersonation.plant,
    "over_prescribing": over_prescribing.plant,
    "off_indication": off_indication.plant,
    "ghost_enrolment": ghost_enrolment.plant,
    "double_reimbursement": double_reimbursement.plant,
    "handler_collusion": handler_collusion.plant,
    "non_designated": non_designated.plant,
    "fictitious_service": fictitious_service.plant,
    "phantom_billing": phantom_billing.plant,
    "forged_records": forged_records.plant,
    "item_swap": item_swap.plant,
    "split_charge": split_charge.plant,
    "over_standard": over_standard.plant,
    "upcoding": upcoding.plant,
    "over_examination": over_examination.plant,
}
_FEWER = (
    *("split_admission", "induced_admission", "fictitious_service", "phantom_billing", "forged_records", "item_swap"),
    *("split_charge", "over_standard", "upcoding", "over_examination"),
)
"""Patterns of wards and desks: each scheme takes many bills of one institution."""


@dataclass
class Plot:
    """All deeds of a city."""

    crimes: list[Crime] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    rings: list[organisations.Ring] = field(default_factory=list)
    own_dialysis: set[int] = field(default_factory=set)
    """Patients whose sessions a deed writes."""

    @property
    def schemes(self) -> list[Deed]:
        return [crime.deed for crime in self.crimes]

    @property
    def innocents(self) -> list[Deed]:
        return [story.deed for story in self.stories]

    def joined(self) -> list[tuple[str, str, list[Deed]]]:
        """(kind, difficulty, schemes) of each organisation."""
        return [(ring.mechanism, ring.note, [crime.deed for crime in ring.crimes]) for ring in self.rings]

    def before(self, draft: Draft, district: District, month: Month) -> None:
        """Deeds that come before boxes are given out."""
        for deed in (*self.crimes, *self.stories):
            deed.before(draft, district, month)
        for crime in self.crimes:
            if isinstance(crime, Closing):
                crime.close(draft, month)
        draft.flush()

    def after(self, draft: Draft, district: District, month: Month) -> None:
        """Deeds that use boxes which were really sold."""
        for deed in (*self.crimes, *self.stories):
            deed.after(draft, district, month)
        draft.flush()

    def register(self, tables: dict[str, pl.DataFrame], district: District) -> None:
        """Deeds that change a register: employers, enrolment, wages, machines, staff, the state's register of persons."""
        for deed in (*self.crimes, *self.stories):
            if isinstance(deed, Registering):
                deed.register(tables, district)

    def ids(self, district: District) -> dict[str, Sequence[str]]:
        """Public ids of the member types."""
        return {
            "patient": district.people.psn_no.tolist(),
            "institution": district.places.code.tolist(),
            "doctor": district.staff.code.tolist(),
            "employer": registers.firm_codes(district).tolist(),
            "handler": registers.handlers(district).tolist(),
        }


def schemes_each(persons: int, pattern: str) -> int:
    """Schemes of a pattern: 5 in the smallest district, some 13 among 50,000 persons; 3 and 4 of those that take a ward's bills."""
    return max(3, round(persons * 0.00008)) if pattern in _FEWER else max(5, round(persons * 0.00026))


def plan(district: District, calendar: Sequence[Month]) -> Plot:
    """Cast every scheme and story of the city."""
    cast = Cast.call(district, calendar)
    plot, number = Plot(), 0
    for pattern, plant in PATTERNS.items():
        for turn in range(schemes_each(len(district.people), pattern)):
            number += 1
            crime = plant(cast, Deed(number, pattern, "", ""), turn)
            if crime is not None:
                plot.crimes.append(crime)
                if isinstance(crime, dialysis_fraud.DialysisFraud):
                    plot.own_dialysis.update(int(p) for p in np.asarray(crime.patients))
    last = itertools.count(number + 1)
    plot.rings = organisations.plant(cast, lambda pattern: Deed(next(last), pattern, "", ""))
    plot.crimes += [crime for ring in plot.rings for crime in ring.crimes]
    _innocents(plot, cast)
    return plot


def _innocents(plot: Plot, cast: Cast) -> None:
    """As many look-alikes as schemes, and each story at least once."""
    present = (families, tills, boxes, wards, charges, kidneys, admissions, clinics, papers, patients, payments, services, charts)
    told = every(*(part.STORIES for part in present))
    wanted, turn, misses = max(len(plot.crimes), len(told)), 0, 0
    while len(plot.stories) < wanted and misses < len(told):
        name, looks_like, why, cast_it = told[turn % len(told)]
        story = cast_it(cast, Deed(len(plot.stories) + 1, looks_like, why, name), turn // len(told))
        turn, misses = turn + 1, misses + 1 if story is None else 0
        if story is not None:
            plot.stories.append(story)
            if isinstance(story, kidneys.Kidney):
                plot.own_dialysis.update(int(p) for p in story.patients)
