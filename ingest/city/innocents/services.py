"""Why may a bill look large, split or one-sided? Single values on order, a dear maker, a patient who got worse, one complaint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import counter
from ingest.city.bills import order_number
from ingest.city.cast import Cast
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.feeds import senders
from ingest.city.ills import BY_CODE
from ingest.city.innocents import Stories, Story, Told
from ingest.city.innocents.wards import Ward
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.records.analytes import SINGLES
from ingest.city.rows import Draft, Value, rows

_WORSE = {"J20.900": "J18.900", "J06.900": "J18.900", "I25.100": "I20.000", "I10.x00": "I50.900"}
_BACK = tuple(BY_CODE[code] for code in ("M54.500", "M51.202", "M17.900", "M81.900"))
_CHEST = tuple(BY_CODE[code] for code in ("I25.100", "I20.000", "I50.900"))


@dataclass
class Desk(Ward):
    """Something about real bills of one hospital."""

    def contacts(self, draft: Draft) -> pl.DataFrame:
        here = (pl.col("inst") == self.inst) & (pl.col("bed") == "") & pl.col("med").is_in(["11", "13", "14"])
        return draft.take("visit").filter(here & (pl.col("refund") == 0) & (pl.col("settled") > 0) & self.free()).sort("vid")

    def charge(self, draft: Draft, visits: pl.DataFrame, item: Ints, at: Ints) -> None:
        stay, vid = (visits["bed"] != "").to_numpy(), visits["vid"].to_numpy()
        order = np.where(stay, order_number(vid, item), vid)
        columns = {name: visits[name] for name in ("vid", "doctor", "dept")}
        lid = draft.number("line", visits.height)
        draft.add("line", rows("line", visits.height, lid=lid, item=item, at=at, order=order, story=self.deed.number, **columns))

    def bare(self, draft: Draft, visits: pl.DataFrame, items: Ints) -> pl.DataFrame:
        """The visits that carry none of these items."""
        have = draft.take("line").filter(pl.col("item").is_in(items))["vid"]
        return visits.filter(~pl.col("vid").is_in(have.implode()))


@dataclass
class Singles(Desk):
    """One or two values of a panel, because the doctor wanted to know just these."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng, uses = district.rng("singles", self.deed.number, month.number), district.goods.uses
        panel = sorted(SINGLES)[self.deed.number % len(SINGLES)]
        parts = np.concatenate([uses[one] for one in SINGLES[panel]])
        visits = self.bare(draft, self.contacts(draft), np.append(parts, uses[panel])).head(5)
        first = rng.integers(0, len(parts), visits.height)
        at = visits["settled"].to_numpy() - 40
        self.charge(draft, visits, parts[first], at)
        two = np.flatnonzero(rng.random(visits.height) < 0.4)
        self.charge(draft, visits[two.tolist()], parts[(first[two] + 1) % len(parts)], at[two] + 1)
        self.deed.join("patient", visits["psn"].to_list())


@dataclass
class DearMaker(Desk):
    """The dearer of two makers was placed: bill, barcode and order name the same article."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        goods = district.goods
        stays, mark = self.stays(draft), pl.lit(self.deed.number, pl.Int32)
        for use in ("c_lens", "c_knee", "c_plate"):
            dearest = int(goods.uses[use][np.argmax(goods.price[goods.uses[use]])])
            placed = (pl.col("scheme") == 0) & (pl.col("story") == 0) & pl.col("item").is_in(goods.uses[use])
            lines = draft.take("line").filter(placed & pl.col("vid").is_in(stays["vid"].implode())).sort("lid").head(4)
            order = pl.Series(order_number(lines["vid"].to_numpy(), dearest))
            draft.amend(lines.select("lid", item=pl.lit(dearest, pl.Int32), order=order, story=mark))
            self.deed.join("patient", stays.filter(pl.col("vid").is_in(lines["vid"].implode()))["psn"].to_list())


@dataclass
class Severe(Desk):
    """Nursed at the first grade for two days on an order that says why."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        first, second = district.goods.one("nurse1"), district.goods.one("nurse2")
        stays = self.bare(draft, self.stays(draft), np.array([first])).head(3)
        plain = (pl.col("item") == second) & (pl.col("scheme") == 0) & pl.col("vid").is_in(stays["vid"].implode())
        lines = draft.take("line").filter(plain).sort("vid", "at").group_by("vid", maintain_order=True).head(2)
        order = pl.Series(order_number(lines["vid"].to_numpy(), first))
        mark = pl.lit(self.deed.number, pl.Int32)
        draft.amend(lines.select("lid", item=pl.lit(first, pl.Int32), order=order, story=mark))
        begun = lines.unique("vid", keep="first", maintain_order=True)
        columns: dict[str, Value] = {"vid": begun["vid"], "doctor": begun["doctor"], "number": order_number(begun["vid"].to_numpy(), first)}
        text: dict[str, Value] = {"kind": "standing", "text": "病情加重，改Ⅰ级护理", "item": first, "story": self.deed.number}
        draft.add("order", rows("order", begun.height, beg=begun["at"] - 60, end=begun["at"] + 2 * 86_400, **columns, **text))
        self.name(draft, stays.filter(pl.col("vid").is_in(lines["vid"].implode())))


@dataclass
class Worse(Desk):
    """Admitted with the lighter illness; what was found and given belongs to the graver one that is coded."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        graver = {BY_CODE[mild]: BY_CODE[grave] for mild, grave in _WORSE.items()}
        stays = self.stays(draft).filter(pl.col("ill").is_in(list(graver))).head(3)
        worse = pl.col("vid").is_in(stays["vid"].implode())
        ill = pl.when(worse).then(pl.col("ill").replace(graver)).otherwise("ill").cast(pl.Int16)
        draft.put("visit", draft.take("visit").with_columns(ill=ill))
        for use, hours in (("crp", 4), ("oxygen", 7), ("inj_abx", 9), ("crp", 52)):
            at = np.minimum(stays["beg"].to_numpy() + hours * 3600 + stays["vid"].to_numpy() % 3000, stays["end"].to_numpy() - 7200)
            self.charge(draft, stays, np.full(stays.height, district.goods.one(use)), at)
        self.name(draft, stays)


@dataclass
class PutOff(Desk):
    """A leave was put off: it still stands in the roster, beside the shifts that were worked instead."""

    doctor: int
    beg: int
    end: int

    def before(self, draft: Draft, district: District, month: Month) -> None:
        seen = (pl.col("doctor") == self.doctor) & (pl.col("beg") >= self.beg) & (pl.col("beg") < self.end)
        self.name(draft, self.contacts(draft).filter(seen))
        del district, month


@dataclass
class OneComplaint(Desk):
    """A clinic for one complaint: whoever comes with it is examined as its guideline says."""

    ills: tuple[int, ...]
    uses: tuple[str, ...]

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        visits = self.contacts(draft).filter(pl.col("ill").is_in(self.ills)).head(12)
        for use in self.uses:
            items = district.goods.uses[use]
            here = self.bare(draft, visits, items)
            self.charge(draft, here, np.full(here.height, items[0]), here["settled"].to_numpy() - 45)
        self.deed.join("patient", visits["psn"].to_list())


@dataclass
class SpineClinic(OneComplaint):
    ills: tuple[int, ...] = _BACK
    uses: tuple[str, ...] = ("mri",)


@dataclass
class ChestPain(OneComplaint):
    ills: tuple[int, ...] = _CHEST
    uses: tuple[str, ...] = ("ecg", "coag", "us")


@dataclass
class NightCall(Story):
    """The village doctor lives next door and opens for a neighbour in the night."""

    people: Ints

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("night call", self.deed.number, month.number)
        n, goods = len(self.people), district.goods
        at = month.beg + rng.permutation(month.days - 1)[:n] * DAY + rng.integers(21 * 3600, 24 * 3600, n)
        items = [[goods.one("visit_gp"), int(rng.choice(np.append(goods.uses["inject"], goods.uses["infuse"])))] for _ in range(n)]
        place = district.habits.clinic[self.people]
        counter.sell(draft, district, rng, self.people, place, at, counter.Basket.of(items), marks=self.marks, med="11", ill=counter.COLD)


def _night(cast: Cast, deed: Deed, turn: int) -> Story:
    people = cast.folk(int(cast.rng.integers(2, 5)), cast.adults())
    deed.join("patient", people.tolist())
    return NightCall(deed, cast.months(turn), people)


def _put_off(cast: Cast, deed: Deed, turn: int) -> Story | None:
    """A doctor of an upright house with a roster, whose leave of a week or more lies within the period."""
    staff, beds = cast.district.staff, cast.district.places.beds
    house = senders(cast.district, "duty") & np.isin(np.arange(len(beds)), cast.honest["wards"])
    inside = (staff.gone >= cast.calendar[0].beg) & (staff.back <= cast.calendar[-1].end) & ~staff.put_off
    long = inside & (staff.back - staff.gone >= 7 * DAY) & (house[staff.inst] & (staff.kind == "1"))[:, None]
    doctor, leave = np.nonzero(long)
    if not len(doctor):
        return None
    at = int(cast.rng.integers(0, len(doctor)))
    who, which = int(doctor[at]), int(leave[at])
    staff.put_off[who, which] = True
    deed.join("doctor", [who])
    every = set(range(len(cast.calendar)))
    del turn
    return PutOff(deed, every, int(staff.inst[who]), frozenset(cast.taken), who, int(staff.gone[who, which]), int(staff.back[who, which]))


def _desk(kind: type[Desk], least: int = 1) -> Told:
    def cast_it(cast: Cast, deed: Deed, turn: int) -> Story | None:
        places = cast.district.places
        fit = sorted((int(one) for one in cast.honest["wards"] if places.rank[one] >= least), key=lambda one: -int(places.beds[one]))
        large = fit[: max(1, len(fit) // 2)]  # a small house may never see the case
        return kind(deed, cast.months(turn, 0.9), int(cast.rng.choice(large)), frozenset(cast.taken)) if fit else None

    return cast_it


STORIES: Stories = {
    "night_call": ("fictitious_service", "the village doctor opens for a neighbour in the night, one at a time", _night),
    "leave_put_off": ("fictitious_service", "the leave was put off: the roster holds it beside the shifts that were worked", _put_off),
    "singles_on_order": ("split_charge", "single values were wanted, not the panel", _desk(Singles)),
    "dear_maker": ("over_standard", "the dearer maker's implant was placed, barcode and order agree", _desk(DearMaker, 2)),
    "severe_for_two_days": ("over_standard", "first grade of nursing on an order that says why", _desk(Severe)),
    "got_worse": ("upcoding", "the graver illness was found and treated", _desk(Worse)),
    "spine_clinic": ("over_examination", "a clinic for back pain: the scanner is what its patients come for", _desk(SpineClinic, 2)),
    "chest_pain": ("over_examination", "chest pain is examined as the guideline says", _desk(ChestPain, 2)),
}
