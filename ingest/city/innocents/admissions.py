"""Why may many, or the same, be admitted? Cycles of chemotherapy, a new illness days later, a village's bus to its only hospital."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import bills, faces, stays
from ingest.city.cast import Cast
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.ills import BY_CODE
from ingest.city.innocents import Stories, Story
from ingest.city.innocents.wards import Ward
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft

_COMMON = np.array([BY_CODE[code] for code in ("J20.900", "K29.500", "M54.500", "I25.100", "J44.100", "E11.900", "A09.901", "I10.x00")])


def _lie_in(draft: Draft, district: District, rng: np.random.Generator, want: stays.Admission, number: int) -> None:
    """Real stays with everything that belongs to them, marked as a story."""
    got, bed = stays.beds(district, want)
    if not len(got.psn):
        return
    frame = stays.frame(draft, district, rng, got, bed, story=number)
    draft.add("visit", frame)
    bills.write(draft, district, rng, frame)
    bills.orders(draft, district, rng, frame)
    faces.ward(draft, district, rng, frame, absent=None, outage=pl.DataFrame())


@dataclass
class Cycles(Ward):
    """Chemotherapy every three weeks, each time a short stay at the same hospital."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        del district
        if month.number in self.active:
            here = draft.take("visit").filter((pl.col("ill") == stays.CHEMO) & (pl.col("end") > 0) & self.free()).sort("vid")
            self.name(draft, here.filter(pl.col("inst") == here["inst"].min() if here.height else pl.lit(value=False)).head(4))


@dataclass
class NewIllness(Story):
    """Home for two or three days, then admitted again at the same hospital with something else."""

    people: Ints
    inst: int

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("new illness", self.deed.number, month.number)
        n = len(self.people)
        first = month.beg + rng.integers(0, 8, n) * DAY + rng.integers(8 * 3600, 17 * 3600, n)
        home = stays.discharge(rng, first, rng.uniform(4, 7, n))
        again = (home // DAY + rng.integers(2, 4, n)) * DAY + rng.integers(8 * 3600, 20 * 3600, n)
        ills = np.array([rng.choice(_COMMON, 2, replace=False) for _ in range(n)])
        for turn, beg, end in ((0, first, home), (1, again, stays.discharge(rng, again, rng.uniform(4, 8, n)))):
            _lie_in(draft, district, rng, stays.Admission(self.people, np.full(n, self.inst), ills[:, turn], beg, end), self.deed.number)


@dataclass
class VillageBus(NewIllness):
    """The morning bus brings several patients of one village, each with an illness of his own, to the hospital of all of them."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("bus", self.deed.number, month.number)
        n = len(self.people)
        beg = month.beg + int(rng.integers(1, month.days - 3)) * DAY + int(rng.integers(8 * 3600, 10 * 3600)) + rng.integers(0, 4000, n)
        want = stays.Admission(
            self.people, np.full(n, self.inst), rng.choice(_COMMON, n), beg, stays.discharge(rng, beg, rng.uniform(3, 11, n))
        )
        _lie_in(draft, district, rng, want, self.deed.number)


def _cycles(cast: Cast, deed: Deed, turn: int) -> Story:
    return Cycles(deed, cast.months(turn), 0, frozenset(cast.taken))


def _new_illness(cast: Cast, deed: Deed, turn: int) -> Story:
    inst = cast.upright("hospital")
    people = cast.folk(int(cast.rng.integers(2, 4)), cast.adults(near=inst, old=True))
    deed.join("patient", people.tolist())
    return NewIllness(deed, cast.months(turn), people, inst)


def _bus(cast: Cast, deed: Deed, turn: int) -> Story | None:
    folk = cast.district.people
    villages = cast.rng.permutation(np.flatnonzero(cast.district.land.rural))
    fit = cast.adults(old=True)
    for village in villages.tolist():
        people = cast.folk(int(cast.rng.integers(4, 8)), fit[folk.area[fit] == village])
        if len(people) >= 4:
            deed.join("patient", people.tolist())
            return VillageBus(deed, cast.months(turn), people, int(cast.district.habits.centre[people[0]]))
    return None


STORIES: Stories = {
    "chemotherapy_cycles": ("split_admission", "planned cycles of chemotherapy, three weeks apart", _cycles),
    "new_illness": ("split_admission", "admitted again within days for another illness", _new_illness),
    "village_bus": ("induced_admission", "one bus, one village, its only hospital, different illnesses", _bus),
}
