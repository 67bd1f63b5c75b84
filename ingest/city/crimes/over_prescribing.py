"""Too much drug (超量、重复开药): more is fetched than anybody can take; the rest is hoarded or given away.

Ways: one patient asks several doctors for the same drug; a day's supply above the label; the next supply long before the last is used;
a doctor with a commission who writes the most of one drug for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import counter
from ingest.city.cast import LEVELS, Cast
from ingest.city.chance import Ints, choose
from ingest.city.district import District
from ingest.city.ills import CHRONIC, DEPT, ILLS
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft

WAYS = ("several_prescribers", "above_label", "early_again", "generous_doctor")
_PRESCRIBERS = {"easy": (4, 6), "medium": (3, 5), "hard": (3, 4)}
_BOXES = {"easy": (5, 9), "medium": (4, 7), "hard": (2, 4)}
"""Boxes handed out for a week; a box lasts ten days."""
_AGAIN = {"easy": (4, 8), "medium": (7, 12), "hard": (9, 15)}
"""Days until a supply of a month is fetched again."""
_PATIENTS = {"easy": (6, 9), "medium": (5, 7), "hard": (4, 6)}


@dataclass
class OverPrescribing:
    """Patients, the drug they get too much of, and where."""

    deed: Deed
    patients: Ints
    places: Ints
    ill: int
    items: Ints
    """Brands of one drug; the easy case keeps to one."""
    doctor: int
    """Who writes it all; -1 = whoever is on duty."""
    active: set[int]

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("over prescribing", self.deed.number, month.number)
        way, level = self.deed.mechanism, self.deed.note
        if way == "several_prescribers":
            n = int(rng.integers(*_PRESCRIBERS[level], endpoint=True))
            place = rng.permutation(np.resize(self.places, n))
            at = self._within(rng, month, n, {"easy": 6, "medium": 10, "hard": 14}[level])
            self._write(draft, district, rng, np.repeat(self.patients, n), place, at, rng.integers(3, 5, n), rng.integers(26, 32, n))
        elif way == "early_again":
            gap = int(rng.integers(*_AGAIN[level], endpoint=True))
            at = month.beg + np.arange(int(rng.integers(0, 4)), month.days - 1, gap) * DAY
            at = at + rng.integers(8 * 3600, 17 * 3600, len(at))
            n = len(at)
            self._write(
                draft, district, rng, np.repeat(self.patients, n), np.repeat(self.places[:1], n), at, rng.integers(3, 5, n), np.full(n, 30)
            )
        else:
            psn = self.patients if way == "above_label" else rng.permutation(self.patients)[: max(3, len(self.patients) - 2)]
            at = counter.opening(rng, month, len(psn), first=8, last=17)
            there = ~district.staff.away(np.full(len(psn), self.doctor), at)
            psn, at, n = psn[there], at[there], int(there.sum())
            boxes = rng.integers(*_BOXES[level], n, endpoint=True)
            days = np.full(n, 7) if way == "above_label" else rng.integers(7, 15, n)
            self._write(draft, district, rng, psn, np.repeat(self.places[:1], n), at, boxes, days)

    def after(self, draft: Draft, district: District, month: Month) -> None:
        """Nothing more."""

    @staticmethod
    def _within(rng: np.random.Generator, month: Month, n: int, span: int) -> Ints:
        """`n` moments on different days of a stretch of the month."""
        first = int(rng.integers(0, month.days - span))
        day = first + np.sort(rng.choice(np.arange(span), n, replace=n > span))
        return month.beg + day * DAY + rng.integers(8 * 3600, 17 * 3600, n)

    def _write(
        self, draft: Draft, district: District, rng: np.random.Generator, psn: Ints, inst: Ints, at: Ints, boxes: Ints, days: Ints
    ) -> None:
        """Contacts with the fee, the drug in question and now and then something harmless."""
        n, goods = len(psn), district.goods
        drug = rng.choice(self.items[:1] if self.deed.note == "easy" else self.items, n)
        harmless = rng.choice(np.concatenate([goods.uses["gi"], goods.uses["cold"]]), n)
        more = rng.random(n) < {"easy": 0.2, "medium": 0.4, "hard": 0.6}[self.deed.note]
        fee = goods.one("visit")
        items = [[fee, int(d)] + [int(h)] * bool(m) for d, h, m in zip(drug, harmless, more, strict=True)]
        counts = [[1, int(b)] + [1] * bool(m) for b, m in zip(boxes, more, strict=True)]
        basket = counter.Basket.of(items, counts)
        marks = counter.Marks(scheme=self.deed.number)
        _, lines = counter.sell(
            draft,
            district,
            rng,
            psn,
            inst,
            at,
            basket,
            marks=marks,
            line_marks=counter.HONEST,
            med="14",
            ill=self.ill,
            cert="01",
            doctor=self.doctor,
        )
        taken = np.flatnonzero(basket.item == drug[basket.row])
        # where one patient collects, the first supply of the month was due
        due = taken[:1] if self.deed.mechanism in ("several_prescribers", "early_again") else taken[:0]
        wrong = np.where(np.isin(taken, due), 0, self.deed.number)
        draft.amend(
            lines[taken.tolist()].select(
                "lid", scheme=pl.Series(wrong).cast(pl.Int32), days=pl.Series(days[basket.row[taken]]).cast(pl.Int16)
            )
        )


def _drug(cast: Cast, ill: int) -> Ints:
    """The brands of one drug that is taken for an ill: alike but for the maker."""
    goods, rng = cast.district.goods, cast.rng
    pool = np.concatenate([goods.uses[use] for use in ILLS[ill].drugs])
    name = goods.name[int(rng.choice(pool))]
    found: Ints = rng.permutation(pool[goods.name[pool] == name])
    return found


def plant(cast: Cast, deed: Deed, turn: int) -> OverPrescribing | None:
    """Cast one scheme."""
    district, rng = cast.district, cast.rng
    deed.mechanism, deed.note = WAYS[turn % len(WAYS)], LEVELS[(turn // 2) % 3]
    generous = deed.mechanism == "generous_doctor"
    kind = int(choose(rng, [0.3, 0.3, 0.2, 0.2], 1)[0])
    ill = next(number for number, one in enumerate(ILLS) if one.code == CHRONIC[kind])
    grown = cast.adults()
    sick = grown[district.people.ill[grown] == kind]
    patients = cast.folk(int(rng.integers(*_PATIENTS[deed.note], endpoint=True)) if generous else 1, sick if len(sick) > 30 else grown)
    if not len(patients):
        return None
    doctor_knows = deed.mechanism in ("above_label", "generous_doctor")
    one = cast.crook("wards", "over prescribing") if doctor_knows else int(district.habits.centre[patients[0]])
    near = np.unique(np.concatenate([[one], district.habits.hospitals[patients[0]], [district.habits.centre[patients[0]]]]))
    wider = rng.permutation(np.setdiff1d(district.places.of("hospital", "health_centre"), near))
    places = np.concatenate([[one], np.setdiff1d(near, [one]), wider[:3]])
    doctor = -1
    if not doctor_knows:
        deed.join("patient", patients.tolist(), "organiser")
    else:
        dept = int(district.staff.department(district.places, np.array([one]), np.array([DEPT["内科"]]))[0])
        doctor = int(district.staff.first[one, dept] + turn % max(1, district.staff.count[one, dept]))
        deed.join("doctor", [doctor], "prescriber")
        deed.join("institution", [one], "provider")
        deed.join("patient", patients.tolist(), "unknowing" if generous else "participant")
    return OverPrescribing(deed, patients, places.astype(np.int64), ill, _drug(cast, ill), doctor, cast.months(turn, least=0.7))
