"""Why may many do the same by day? A screening programme, a firm with a cold, a long supply before a holiday, namesakes, a caregiver."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import counter
from ingest.city.cast import Cast
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.ills import BY_CODE
from ingest.city.innocents import Stories, Story, Told
from ingest.city.innocents.wards import Ward
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft

_SCREENED = ("visit_gp", "cbc", "urine", "ecg", "us")


@dataclass
class Group(Story):
    """The same people, at one place, on one or two days."""

    people: Ints
    inst: int
    uses: tuple[str, ...]
    ill: int
    days: int
    boxes: int = 1

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("group", self.deed.number, month.number)
        n, goods = len(self.people), district.goods
        day = month.beg + (int(rng.integers(3, month.days - 5)) + rng.integers(0, self.days, n)) * DAY
        at = day + rng.integers(8 * 3600, 11 * 3600 + 1800, n)
        baskets = [[int(rng.choice(goods.uses[use])) for use in self.uses] for _ in range(n)]
        counts = [[self.boxes if goods.boxed[item] else 1 for item in basket] for basket in baskets]
        where = np.full(n, self.inst)
        basket = counter.Basket.of(baskets, counts)
        counter.sell(draft, district, rng, self.people, where, at, basket, marks=self.marks, med="11", ill=self.ill, till=1)


@dataclass
class Namesakes(Ward):
    """Two persons of one name at one hospital in one month."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        visits = draft.take("visit").filter(self.free() & (pl.col("med") == "11"))
        named = visits.with_columns(name=pl.Series(district.people.name[visits["psn"].to_numpy()], dtype=pl.String))
        twice = named.filter(pl.col("psn").n_unique().over("inst", "name") > 1).sort("inst", "name", "vid")
        if twice.height:
            pick = twice[self.deed.number % twice.height]
            both = twice.join(pick.select("inst", "name"), on=["inst", "name"], how="semi").unique("psn", maintain_order=True)
            self.name(draft, both.head(2))


@dataclass
class Caregiver(Story):
    """A daughter fetches the old mother's drugs every month, with both documents; the camera sees the daughter."""

    people: Ints

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("caregiver", self.deed.number, month.number)
        n, shop = len(self.people), district.habits.shops[self.people, 0]
        baskets = counter.Basket.of([counter.mixed(rng, counter.shelf(district, int(s), ("htn", "heart", "dm")), 1, 1, 2)[0] for s in shop])
        at = counter.opening(rng, month, n)
        visits, _ = counter.sell(draft, district, rng, self.people, shop, at, baskets, marks=self.marks, cert="02")
        counter.seen(draft, visits, rng, pl.Series(district.people.contact[self.people]), marks=self.marks)


def _group(uses: tuple[str, ...], ill: str, size: tuple[int, int], days: int, boxes: int = 1, *, old: bool = False) -> Told:
    def cast_it(cast: Cast, deed: Deed, turn: int) -> Story | None:
        inst = cast.upright("health_centre")
        people = cast.folk(int(cast.rng.integers(*size)), cast.adults(near=inst, old=old))
        deed.join("patient", people.tolist())
        return Group(deed, cast.months(turn), people, inst, uses, BY_CODE[ill], days, boxes)

    return cast_it


def _firm(cast: Cast, deed: Deed, turn: int) -> Story | None:
    """A cold goes round in a workshop."""
    fit = cast.adults(employee=True)
    firms = cast.district.people.employer[fit]
    firm = int(cast.rng.choice(firms[(firms >= 0) & ~np.isin(firms, [*cast.firms])]))
    people = cast.folk(int(cast.rng.integers(6, 14)), fit[firms == firm])
    deed.join("patient", people.tolist())
    deed.join("employer", [firm])
    inst = cast.upright("hospital")
    return Group(deed, cast.months(turn), people, inst, ("visit", "cbc", "cold"), BY_CODE["J06.900"], 4) if len(people) > 3 else None


def _namesakes(cast: Cast, deed: Deed, turn: int) -> Story:
    return Namesakes(deed, cast.months(turn), 0, frozenset(cast.taken))


def _caregiver(cast: Cast, deed: Deed, turn: int) -> Story:
    folk = cast.district.people
    fit = cast.adults(old=True)
    people = cast.folk(int(cast.rng.integers(2, 5)), fit[folk.contact[fit] >= 0])
    deed.join("patient", people.tolist())
    return Caregiver(deed, cast.months(turn), people)


STORIES: Stories = {
    "screening_programme": (
        "over_examination",
        "a public screening: everybody has the same tests, everybody has values of his own",
        _group(_SCREENED, "I10.x00", (12, 28), 2, old=True),
    ),
    "long_supply": (
        "over_prescribing",
        "two months' supply before a holiday, on a doctor's prescription",
        _group(("visit_gp", "htn", "lipid"), "I10.x00", (4, 9), 6, 4, old=True),
    ),
    "sick_workshop": ("ghost_enrolment", "a cold goes round in one firm", _firm),
    "namesakes": ("impersonation", "two persons of one name at one hospital", _namesakes),
    "caregiver": ("impersonation", "a relative fetches the drugs with both documents", _caregiver),
}
