"""Another's card (冒名住院、冒名购药): one person is treated or served on the card of another who lives and lends it.

Ways: an uninsured friend in the bed; a delivery on a sister's card; drugs month after month; a contact that only the other sex can have.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import admission, bills, counter, faces, stays
from ingest.city.cast import LEVELS, Cast
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.ills import BY_CODE
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft

WAYS = ("borrowed_bed", "borrowed_delivery", "monthly_drugs", "other_sex")
_SEEN = {"easy": (0.85, 1.0), "medium": (0.5, 0.75), "hard": (0.2, 0.45)}
"""Share of the checks at which the camera meets the other's face; at the rest nobody looks."""
_HOLDER = {"easy": (1, 4), "medium": (1, 3), "hard": (0, 2)}
"""How often the holder is met elsewhere, by the own face, while the other lies in bed."""
_GRAVE = np.array([BY_CODE[code] for code in ("K81.000", "K35.800", "M51.202", "S52.500", "I63.900", "N20.100", "K56.700", "J18.900")])
_DRUGS = {1: ("uro", "pain", "gi"), 2: ("gyn", "pain", "skin")}
"""What a man and a woman buy on another's card."""
_BODY_ILLS = {1: BY_CODE["N40.x00"], 2: BY_CODE["N73.900"]}


@dataclass
class Impersonation:
    """One card, its holder and the one who uses it."""

    deed: Deed
    holder: int
    body: int
    inst: int
    active: set[int]
    admissions: int
    """Stays left to come."""

    @property
    def marks(self) -> counter.Marks:
        return counter.Marks(scheme=self.deed.number)

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("impersonation", self.deed.number, month.number)
        if self.deed.mechanism in ("borrowed_bed", "borrowed_delivery"):
            self._stay(draft, district, month, rng)
        else:
            self._errands(draft, district, month, rng)

    def after(self, draft: Draft, district: District, month: Month) -> None:
        """Nothing more: laboratory and blood group follow the body by themselves."""

    def _stay(self, draft: Draft, district: District, month: Month, rng: np.random.Generator) -> None:
        if not self.admissions:
            return
        birth = self.deed.mechanism == "borrowed_delivery"
        ill = np.array([rng.choice(stays.BIRTHS) if birth else rng.choice(_GRAVE)])
        for place in (self.inst, *district.habits.hospitals[self.body].tolist()):
            beg = np.array([month.beg + int(rng.integers(1, month.days - 9)) * DAY + int(rng.integers(8 * 3600, 17 * 3600))])
            end = stays.discharge(rng, beg, stays.lengths(rng, ill) + 1)
            want = stays.Admission(np.array([self.holder]), np.array([place]), ill, beg, end)
            frame = admission.lie(draft, district, rng, want, marks=self.marks, body=self.body)
            if frame.height:
                break
        else:
            return
        self.admissions -= 1
        if birth:
            child = stays.newborns(draft, frame, rng, 1.0)
            draft.add("visit", child)
            bills.cradle(draft, district, rng, child)
        self._checks(draft, district, rng, frame)
        self._elsewhere(draft, district, rng, frame)

    def _checks(self, draft: Draft, district: District, rng: np.random.Generator, frame: pl.DataFrame) -> None:
        """The device compares the other's face with the holder's: it fails, or the nurse lets a poor match pass."""
        scratch = Draft(draft.serials)
        faces.ward(scratch, district, rng, frame, absent=None, outage=pl.DataFrame(), missing=0.0)
        checks = scratch.take("face")
        draw = rng.random(checks.height)
        met = draw < rng.uniform(*_SEEN[self.deed.note])
        waved = met & (rng.random(checks.height) < rng.uniform(0.3, 0.8))
        result = np.where(waved, "pass", np.where(met, "fail", "missed"))
        score = np.where(waved, rng.uniform(0.6, 0.74, len(met)), np.where(met, rng.uniform(0.25, 0.58, len(met)), 0.0))
        draft.add(
            "face",
            checks.with_columns(
                result=pl.Series(result, dtype=pl.String),
                score=pl.Series(score.round(3)),
                live=pl.Series(np.where(met, "pass", "not_checked"), dtype=pl.String),
                face=pl.Series(np.where(met, self.body, -1)).cast(pl.Int32),
            ),
        )

    def _elsewhere(self, draft: Draft, district: District, rng: np.random.Generator, frame: pl.DataFrame) -> None:
        """The holder lives on: buys at the usual shop and is seen there. The purchase is honest, only the bed is not."""
        n = int(rng.integers(*_HOLDER[self.deed.note], endpoint=True))
        beg, end = int(frame["beg"][0]), int(frame["end"][0]) or district.until
        day = beg // DAY + 1 + rng.integers(0, max(1, end // DAY - beg // DAY - 1), n)
        at = np.unique(day) * DAY + rng.integers(9 * 3600, 19 * 3600, len(np.unique(day)))
        at = at[at < district.until]
        shop = int(district.habits.shops[self.holder, 0])
        goods = counter.shelf(district, shop, ("cold", "gi", "skin"))
        basket = counter.Basket.of(counter.mixed(rng, goods, len(at), 1, 2))
        met, _ = counter.sell(
            draft,
            district,
            rng,
            np.full(len(at), self.holder),
            np.full(len(at), shop),
            at,
            basket,
            marks=self.marks,
            line_marks=counter.HONEST,
        )
        counter.seen(draft, met, rng, self.holder, marks=self.marks)

    def _errands(self, draft: Draft, district: District, month: Month, rng: np.random.Generator) -> None:
        """Purchases or contacts of the other on the card."""
        by_sex, people = self.deed.mechanism == "other_sex", district.people
        n = int(rng.integers(*{"easy": (2, 4), "medium": (1, 3), "hard": (1, 2)}[self.deed.note], endpoint=True))
        at = np.sort(counter.opening(rng, month, n, first=8, last=17))
        sex = int(people.sex[self.body])
        uses = _DRUGS[sex][: 1 if by_sex or self.deed.note == "easy" else 3]
        goods = np.concatenate([district.goods.uses[use] for use in uses]) if by_sex else counter.shelf(district, self.inst, uses)
        items = counter.mixed(rng, goods, n, 1, 3)
        fee = [district.goods.one("visit")] if by_sex else []
        basket = counter.Basket.of([fee + x for x in items], [[1] * len(fee) + [int(c) for c in rng.integers(1, 4, len(x))] for x in items])
        visits, _ = counter.sell(
            draft,
            district,
            rng,
            np.full(n, self.holder),
            np.full(n, self.inst),
            at,
            basket,
            marks=self.marks,
            med="11" if by_sex else "41",
            ill=_BODY_ILLS[sex],
        )
        if not by_sex:
            some = visits.filter(pl.Series(rng.random(n) < max(0.5, rng.uniform(*_SEEN[self.deed.note]))))
            counter.seen(draft, some, rng, self.body, marks=self.marks, score=float(rng.uniform(0.64, 0.8)))


def _pair(cast: Cast, deed: Deed) -> tuple[Ints, Ints] | None:
    """(holder, other): friends and neighbours of like age; for a delivery a woman past it lends to a young one."""
    people, level = cast.district.people, deed.note
    employees = cast.adults(employee=True)
    if deed.mechanism == "borrowed_delivery":
        low, high = {"easy": (49, 58), "medium": (46, 54), "hard": (30, 44)}[level]
        holders = employees[(people.sex[employees] == 2) & (people.age[employees] >= low) & (people.age[employees] <= high)]
    else:
        holders = employees[people.age[employees] < 70]
    holder = cast.folk(1, holders)
    if not len(holder):
        return None
    others = cast.adults()
    others = others[(people.insutype[others] == "390") & (people.family[others] != people.family[holder[0]])]
    if deed.mechanism == "borrowed_delivery":
        fit = (people.sex[others] == 2) & (people.age[others] <= 36)
    elif deed.mechanism == "borrowed_bed":
        fit = (np.abs(people.age[others] - people.age[holder[0]]) <= 14) & (people.sex[others] == people.sex[holder[0]])
    else:
        fit = people.sex[others] != people.sex[holder[0]]
    body = cast.folk(1, others[fit])
    return (holder, body) if len(body) else None


def plant(cast: Cast, deed: Deed, turn: int) -> Impersonation | None:
    """Cast one scheme."""
    district, rng = cast.district, cast.rng
    deed.mechanism, deed.note = WAYS[turn % len(WAYS)], LEVELS[(turn // 2) % 3]
    pair = _pair(cast, deed)
    if pair is None:
        return None
    holder, body = pair
    ward = deed.mechanism.startswith("borrowed")
    knows = ward and deed.note == "easy"
    if ward:
        pool = cast.crooked["wards"] if knows else np.concatenate([cast.crooked["wards"], cast.honest["wards"]])
        able = pool[district.places.has_faces[pool] & (district.places.rank[pool] >= 2)]
        inst = int(rng.choice(able if len(able) else pool))
    elif deed.mechanism == "other_sex":
        inst = int(district.habits.hospitals[body[0], 0])
    else:
        inst = int(district.habits.shops[body[0], 0])
    deed.join("patient", body.tolist(), "organiser")
    deed.join("patient", holder.tolist(), "participant")
    if knows:
        deed.join("institution", [inst], "provider")
    return Impersonation(deed, int(holder[0]), int(body[0]), inst, cast.months(turn, least=0.7), int(rng.integers(1, 3)))
