"""People brought in who need no bed (诱导住院): a recruiter, a free ride, a gift, and the same package for all.

Ways: a car on one morning; a recruiter whose number stands in every chart; a check-up with a bed; the same people again for another gift.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import bills, faces, stays
from ingest.city.cast import Cast
from ingest.city.chance import Ints
from ingest.city.crimes.house import House, Scene, step, where
from ingest.city.crimes.over_examination import busiest
from ingest.city.district import District
from ingest.city.ills import BY_CODE
from ingest.city.key import Deed
from ingest.city.period import DAY
from ingest.city.rows import Draft

WAYS = ("car_on_one_morning", "recruiters_phone", "check_up_with_bed", "gift_again")
_MILD = np.array([BY_CODE[code] for code in ("M54.500", "K29.500", "I10.x00", "M51.202", "I25.100", "E11.900", "J20.900")])
_CROWD = {"easy": (7, 11), "medium": (5, 8), "hard": (4, 6)}
_CHECK_UP = ("us", "ecg", "xray", "eeg", "lung", "gastroscopy", "coag", "crp", "lab_hba1c")
_PHONE = {"easy": (0.85, 1.0), "medium": (0.55, 0.8), "hard": (0.3, 0.5)}


@dataclass
class InducedAdmission(House):
    """A ward with empty beds, and who fills them."""

    people: Ints
    doctor: int
    package: Ints
    ills: Ints

    def bill(self, scene: Scene) -> None:
        draft, district, rng, level = scene.draft, scene.district, scene.rng, self.deed.note
        way = self.deed.mechanism
        n = min(len(self.people), int(rng.integers(*_CROWD[level], endpoint=True)))
        psn = self.people[:n] if way == "gift_again" else rng.choice(self.people, n, replace=False)
        one = scene.month.beg + int(rng.integers(0, scene.month.days - 7)) * DAY + int(rng.integers(8 * 3600, 10 * 3600))
        apart = {"easy": 1, "medium": 2, "hard": 4}[level] if way in ("car_on_one_morning", "check_up_with_bed") else 7
        beg = one + rng.integers(0, apart, n) * DAY + rng.integers(0, 5400, n)
        days = rng.uniform(2, 3.5, n) if way == "check_up_with_bed" else rng.uniform(5, 8, n)
        if way == "car_on_one_morning":  # which takes all of them home again
            days = one // DAY + int(rng.integers(6, 10)) - beg / DAY + 0.4
        want = stays.Admission(psn, np.full(n, self.inst), rng.choice(self.ills, n), beg, stays.discharge(rng, beg, days))
        got = _at_home(district, want)
        bed = stays.extra_beds(district, self.inst, got.beg, got.end)
        frame = stays.frame(draft, district, rng, got, bed, doctor=self.doctor, scheme=self.deed.number)
        draft.add("visit", frame)
        bills.write(draft, district, rng, frame, treated=self.share(rng, easy=(0.05, 0.2), medium=(0.2, 0.4), hard=(0.4, 0.6)))
        if way == "check_up_with_bed":
            self._untreated(draft, district, rng, frame)
        bills.orders(draft, district, rng, frame)
        faces.ward(draft, district, rng, frame, absent=None, outage=faces.outages(district, scene.month))
        first = frame["beg"].to_numpy() + rng.integers(1800, 4 * 3600, frame.height)
        for item in self.package.tolist():
            here = self.absent(draft, frame, np.full(frame.height, item))
            here = here[rng.random(len(here)) < {"easy": 1.0, "medium": 0.9, "hard": 0.75}[level]]
            self.charge(draft, frame[here.tolist()], np.full(len(here), item), np.minimum(first[here], district.until - 60))

    def _untreated(self, draft: Draft, district: District, rng: np.random.Generator, frame: pl.DataFrame) -> None:
        """A check-up is made of tests: hardly anything is given."""
        goods, lines = district.goods, draft.take("line")
        given = np.flatnonzero(np.isin(goods.list_type, ("101", "102", "301")) | (goods.charge_type == "05"))
        kept = {"easy": 0.0, "medium": 0.1, "hard": 0.25}[self.deed.note]
        spared = pl.Series(rng.random(lines.height) < kept, dtype=pl.Boolean)
        mine = pl.col("vid").is_in(frame["vid"].implode()) & pl.col("item").is_in(given)
        draft.put("line", lines.filter(~mine | spared))


def _at_home(district: District, want: stays.Admission) -> stays.Admission:
    """Those who lie nowhere else; from now on they lie here."""
    free = district.carry.ward_to[want.psn] < want.beg
    got = stays.Admission(*(part[free] for part in (want.psn, want.inst, want.ill, want.beg, want.end)))
    district.carry.ward_from[got.psn], district.carry.ward_to[got.psn] = got.beg, got.end
    return got


def plant(cast: Cast, deed: Deed, turn: int) -> InducedAdmission | None:
    """Cast one scheme: hospital, its doctor, the recruiter, and villagers of one or two villages."""
    district, rng = cast.district, cast.rng
    step(deed, WAYS, turn)
    inst = where(cast, deed.pattern)
    if inst is None:
        return None
    people = _villagers(cast, {"easy": 14, "medium": 11, "hard": 8}[deed.note])
    recruiter = int(cast.folk(1, cast.adults(near=inst))[0])
    share = float(rng.uniform(*_PHONE["easy" if deed.mechanism == "recruiters_phone" else deed.note]))
    called = people[rng.random(len(people)) < share]
    district.people.contact_phone[called] = district.people.phone[recruiter] or f"137{deed.number:08d}"
    if deed.mechanism == "check_up_with_bed":
        uses = rng.permutation(np.array(_CHECK_UP))[: int(rng.integers(7, len(_CHECK_UP), endpoint=True))]
    else:
        uses = rng.permutation(np.array(["us", "ecg", "xray", "physio", "tcm_acu", "coag", "crp", "infuse"]))[: int(rng.integers(4, 7))]
    package = np.array([int(rng.choice(district.goods.uses[use])) for use in uses.tolist()])
    doctor = busiest(cast, inst, turn)
    deed.join("institution", [inst], "organiser")
    deed.join("doctor", [doctor], "prescriber")
    deed.join("patient", [recruiter], "recruiter")
    deed.join("patient", people.tolist(), "participant" if deed.mechanism == "gift_again" else "unknowing")
    ills = rng.choice(_MILD, {"easy": 2, "medium": 3, "hard": 4}[deed.note], replace=False)
    return InducedAdmission(deed, inst, cast.months(turn, 0.6), people, doctor, package, ills)


def _villagers(cast: Cast, n: int) -> Ints:
    """Grown people of the villages that still have enough of them."""
    folk, pool = cast.district.people, cast.adults()
    pool = pool[~np.isin(pool, np.array(sorted(cast.taken), dtype=np.int64))]
    crowd = np.bincount(folk.area[pool], minlength=len(cast.district.land))
    villages = np.argsort(-crowd, kind="stable")[: max(6, len(crowd) // 3)]
    few = cast.rng.choice(villages, 2, replace=False)
    return cast.folk(n, pool[np.isin(folk.area[pool], few)], apart=False)
