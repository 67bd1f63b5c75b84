"""Why may a card, a supply or a course look wrong? A namesake's card, refills before a journey, second opinions, couples, two strokes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import admission, counter, stays
from ingest.city.cast import Cast
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.ills import BY_CODE
from ingest.city.innocents import Stories, Story, Told
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft

_HABIT = ("htn", "dm", "heart")


@dataclass
class Namesake(Story):
    """The clerk picks the namesake from the list, notices it and does it again on the right card; both go to one shop."""

    pair: Ints

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("namesake", self.deed.number, month.number)
        right, wrong = self.pair.tolist()
        shop = np.array([district.habits.shops[right, 0]])
        at = counter.opening(rng, month, 1)
        basket = counter.Basket.of(counter.mixed(rng, counter.shelf(district, int(shop[0]), ("cold", "gi", "skin")), 1, 1, 2))
        first = Draft(draft.serials)
        counter.sell(first, district, rng, np.array([wrong]), shop, at, basket, marks=self.marks, cert="02")
        back = at + rng.integers(120, 900, 1)
        draft.add("visit", first.take("visit").with_columns(refund=pl.lit(int(back[0]), pl.Int64)))
        draft.add("line", first.take("line"))
        again, _ = counter.sell(draft, district, rng, np.array([right]), shop, back + 60, basket, marks=self.marks, cert="02")
        counter.seen(draft, again, rng, right, marks=self.marks)


@dataclass
class Refill(Story):
    """The same drug again before the last supply is used up, for a reason that the doctor writes down."""

    patients: Ints
    kind: str

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng, people = district.rng("refill", self.deed.number, month.number), self.patients
        n, place = len(people), district.habits.centre[people]
        drug = [int(rng.choice(district.goods.uses[use])) for use in rng.choice(_HABIT, n)]
        if self.kind == "couple":
            drug = drug[:1] * n
        fee = district.goods.one("visit_gp")
        day = month.beg + int(rng.integers(1, 14)) * DAY
        first = day + rng.integers(8 * 3600, 11 * 3600, n)
        basket = counter.Basket.of([[fee, d] for d in drug], [[1, 3]] * n)
        counter.sell(draft, district, rng, people, place, first, basket, marks=self.marks, med="14")
        if self.kind == "couple":
            return
        again = first + int(rng.integers(11, 15) if self.kind == "holiday" else rng.integers(2, 7)) * DAY
        if self.kind == "holiday":
            more = counter.Basket.of([[fee, d] for d in drug], [[1, 3]] * n)
            counter.sell(draft, district, rng, people, place, again, more, marks=self.marks, med="14")
        else:  # the second doctor changes the drug for another of its kind, a few days' worth to begin with
            other = [int(rng.choice(district.goods.uses[str(district.goods.use[d])])) for d in drug]
            more = counter.Basket.of([[fee, d] for d in other])
            counter.sell(draft, district, rng, people, district.habits.hospitals[people, 0], again, more, marks=self.marks, med="11")


@dataclass
class TwoCourses(Story):
    """Two strokes in a year: two stays, a paid course in each."""

    patients: Ints
    inst: int

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("two courses", self.deed.number, month.number)
        beg = admission.arrivals(district, month, rng, self.inst, len(self.patients))
        psn, beg = self.patients[beg < month.end], beg[beg < month.end]
        n = len(psn)
        ill = np.full(n, BY_CODE["I63.900"])
        want = stays.Admission(psn, np.full(n, self.inst), ill, beg, stays.discharge(rng, beg, rng.uniform(8, 12, n)))
        frame = admission.lie(draft, district, rng, want, marks=self.marks, at_home=False)
        admission.seen(draft, district, month, rng, frame)


def _namesake(cast: Cast, deed: Deed, turn: int) -> Story | None:
    people = cast.district.people
    grown = cast.adults()
    order = grown[np.argsort(people.name[grown], kind="stable")]
    same = np.flatnonzero((people.name[order][1:] == people.name[order][:-1]) & (people.sex[order][1:] == people.sex[order][:-1]))
    pairs = [(int(order[i]), int(order[i + 1])) for i in cast.rng.permutation(same).tolist()]
    pair = next((p for p in pairs if not set(p) & cast.taken), None)
    if pair is None:
        return None
    cast.taken.update(pair)
    deed.join("patient", pair)
    return Namesake(deed, cast.months(turn), np.array(pair))


def _refill(kind: str) -> Told:
    def cast_it(cast: Cast, deed: Deed, turn: int) -> Story | None:
        people = cast.district.people
        grown = cast.adults()
        if kind != "couple":
            patients = cast.folk(3, grown[people.ill[grown] >= 0])
        else:
            heads = grown[(people.contact[grown] > grown) & (people.contact[people.contact[grown]] == grown) & (people.age[grown] > 40)]
            pairs = [(int(p), int(people.contact[p])) for p in cast.rng.permutation(heads)]
            pair = next((p for p in pairs if not set(p) & cast.taken), ())
            cast.taken.update(pair)
            patients = np.array(pair, dtype=np.int64)
        if not len(patients):
            return None
        deed.join("patient", patients.tolist())
        return Refill(deed, cast.months(turn), patients, kind)

    return cast_it


def _courses(cast: Cast, deed: Deed, turn: int) -> Story | None:
    patients = cast.folk(2, cast.adults(old=True))
    wards = cast.honest["wards"]
    able = wards[cast.district.places.rank[wards] >= 2]
    if not len(patients) or not len(able):
        return None
    deed.join("patient", patients.tolist())
    return TwoCourses(deed, cast.months(turn), patients, int(cast.rng.choice(able)))


STORIES: Stories = {
    "wrong_card": ("impersonation", "a namesake's card was picked, refunded within minutes and done again", _namesake),
    "before_holiday": ("over_prescribing", "the next supply before a journey, half of the last one used", _refill("holiday")),
    "second_opinion": ("over_prescribing", "a second doctor changes the drug within its kind", _refill("opinion")),
    "couple": ("over_prescribing", "husband and wife take the same drug, each on the own card", _refill("couple")),
    "two_courses": ("off_indication", "two strokes, two stays, a paid course in each", _courses),
}
