"""Phantom beds (挂床): people are admitted and billed by the day, and live at home.

Ways: the ward is empty at the checks; yesterday's picture is sent again; the bed exists on paper only; the patient lies in two hospitals;
patients come for the morning infusion and sleep at home.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import bills, counter, faces, stays
from ingest.city.cast import LEVELS, Cast
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.ills import BY_CODE
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft

WAYS = ("empty_ward", "replayed_picture", "paper_bed", "two_hospitals", "sleeps_at_home")
_MILD = np.array([BY_CODE[code] for code in ("I10.x00", "E11.900", "M54.500", "I25.100", "M51.202", "I69.300", "J20.900")])
_STAYS = {"easy": (4, 7), "medium": (3, 5), "hard": (2, 4)}
_MISSED = {"easy": (0.85, 1.0), "medium": (0.6, 0.85), "hard": (0.42, 0.6)}
_TREATED = {"easy": (0.05, 0.3), "medium": (0.25, 0.5), "hard": (0.5, 0.75)}


@dataclass
class PhantomBed:
    """One institution, its doctor and its villagers."""

    deed: Deed
    inst: int
    doctor: int
    patients: Ints
    active: set[int]
    second: int
    """The other hospital of the same patients."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("phantom", self.deed.number, month.number)
        level, way = self.deed.note, self.deed.mechanism
        n = int(rng.integers(*_STAYS[level], endpoint=True))
        psn = rng.choice(self.patients, size=min(n, len(self.patients)), replace=False)
        beg = month.beg + rng.integers(0, max(1, month.days - 4), len(psn)) * DAY + rng.integers(8 * 3600, 17 * 3600, len(psn))
        if level != "hard":  # a car brings some of them on the same morning
            beg[: len(psn) // 2] = beg[0] + rng.integers(0, 5400, len(psn) // 2)
        days = rng.uniform(6, 12, len(psn))
        want = stays.Admission(psn, np.full(len(psn), self.inst), rng.choice(_MILD, len(psn)), beg, stays.discharge(rng, beg, days))
        got, bed = self._beds(district, want, rng)
        if len(got.psn):
            self._admit(draft, district, month, rng, got, bed)
            if way == "two_hospitals":
                self._second(draft, district, rng, got)

    def after(self, draft: Draft, district: District, month: Month) -> None:
        """Nothing more."""

    def _beds(self, district: District, want: stays.Admission, rng: np.random.Generator) -> tuple[stays.Admission, pl.Series]:
        if self.deed.mechanism != "paper_bed":
            found = stays.beds(district, want)
            if len(found[0].psn):
                return found
        free = np.array([district.carry.ward_to[p] < b for p, b in zip(want.psn, want.beg, strict=True)])
        got = stays.Admission(*(field[free] for field in (want.psn, want.inst, want.ill, want.beg, want.end)))
        district.carry.ward_from[got.psn], district.carry.ward_to[got.psn] = got.beg, got.end
        few = rng.integers(0, max(2, district.places.beds[self.inst] // 4), len(got.psn))
        return got, pl.Series([stays.label(int(b)) for b in few], dtype=pl.String)

    def _admit(
        self, draft: Draft, district: District, month: Month, rng: np.random.Generator, got: stays.Admission, bed: pl.Series
    ) -> None:
        level, way = self.deed.note, self.deed.mechanism
        frame = stays.frame(draft, district, rng, got, bed, doctor=self.doctor, scheme=self.deed.number)
        draft.add("visit", frame)
        idle = way in ("paper_bed", "empty_ward") or (way != "sleeps_at_home" and level == "easy")
        treated = float(rng.uniform(*_TREATED[level])) if idle else 0.95
        bills.write(draft, district, rng, frame, treated=treated)
        bills.orders(draft, district, rng, frame)
        missing = float(rng.uniform(*_MISSED[level])) if way in ("empty_ward", "sleeps_at_home", "two_hospitals") else 0.25
        scratch = Draft(draft.serials)
        faces.ward(scratch, district, rng, frame, absent=None, outage=faces.outages(district, month), missing=missing)
        checks = scratch.take("face")
        if way == "replayed_picture":
            checks = self._replay(checks, rng, {"easy": 1, "medium": 2, "hard": 3}[level])
        if way == "sleeps_at_home":  # seen in the morning, never in the evening
            morning = checks["at"] % DAY < 12 * 3600
            checks = checks.filter(morning | (checks["result"] == "missed") | (checks["kind"] == "admission"))
        draft.add("face", checks)
        if way != "paper_bed" or level == "easy":
            self._at_home(draft, district, rng, frame)

    def _replay(self, checks: pl.DataFrame, rng: np.random.Generator, pictures: int) -> pl.DataFrame:
        """The same `pictures` image files of each patient are sent day after day."""
        daily = checks["kind"] == "daily_ward"
        number = (
            self.deed.number * 100_000 + checks["psn"].cast(pl.Int64) % 10_000 * 10 + pl.Series(rng.integers(0, pictures, checks.height))
        )
        return checks.with_columns(
            picture=pl.when(daily).then(number).otherwise(pl.col("picture")),
            result=pl.when(daily).then(pl.lit("pass")).otherwise(pl.col("result")),
            face=pl.when(daily).then("psn").otherwise("face"),
            score=pl.when(daily).then(pl.lit(0.93)).otherwise("score"),
            live=pl.when(daily).then(pl.lit("pass")).otherwise(pl.col("live")),
        )

    def _at_home(self, draft: Draft, district: District, rng: np.random.Generator, frame: pl.DataFrame) -> None:
        """Life goes on outside: the patient buys at the usual shop and pays by face. Honest purchases, and telling ones."""
        chance, most = {"easy": (0.9, 3), "medium": (0.7, 2), "hard": (0.5, 1)}[self.deed.note]
        there = frame.filter(pl.Series(rng.random(frame.height) < chance))
        there = there[np.repeat(np.arange(there.height), rng.integers(1, most + 1, there.height))]
        end = np.where(there["end"].to_numpy() > 0, there["end"].to_numpy(), district.until)
        day = (
            there["beg"].to_numpy() // DAY
            + 1
            + rng.integers(0, 1 << 20, there.height) % np.maximum(end // DAY - there["beg"].to_numpy() // DAY - 1, 1)
        )
        at = day * DAY + rng.integers(8 * 3600, 20 * 3600, there.height)
        there, at = there.filter(pl.Series(at < district.until)), at[at < district.until]
        psn = there["psn"].to_numpy().astype(np.int64)
        shop = district.habits.shops[psn, 0]
        visits, _ = counter.sell(
            draft,
            district,
            rng,
            psn,
            shop,
            at,
            counter.Basket.of([counter.mixed(rng, counter.shelf(district, int(s), ("htn", "cold", "heart")), 1, 1, 2)[0] for s in shop]),
        )
        counter.seen(draft, visits, rng, visits["psn"])

    def _second(self, draft: Draft, district: District, rng: np.random.Generator, got: stays.Admission) -> None:
        """The same person really lies in another hospital for some of these days."""
        some = rng.random(len(got.psn)) < {"easy": 0.9, "medium": 0.7, "hard": 0.5}[self.deed.note]
        if not some.any():
            some[0] = True
        psn, beg = got.psn[some], got.beg[some] + rng.integers(DAY, 3 * DAY, int(some.sum()))
        # the carry would refuse a person who lies elsewhere: that is the point
        before = district.carry.ward_to[psn].copy()
        district.carry.ward_to[psn] = 0
        want = stays.Admission(
            psn, np.full(len(psn), self.second), got.ill[some], beg, stays.discharge(rng, beg, rng.uniform(3, 7, len(psn)))
        )
        real, bed = stays.beds(district, want)
        district.carry.ward_to[psn] = np.maximum(before, district.carry.ward_to[psn])
        if len(real.psn):
            frame = stays.frame(draft, district, rng, real, bed)
            draft.add("visit", frame)
            bills.write(draft, district, rng, frame)
            faces.ward(draft, district, rng, frame, absent=None, outage=pl.DataFrame())


def plant(cast: Cast, deed: Deed, turn: int) -> PhantomBed:
    """Cast one scheme."""
    district = cast.district
    inst = cast.crook("wards", "phantom")
    ways = WAYS if district.places.has_faces[inst] else ("paper_bed", "two_hospitals")
    deed.mechanism, deed.note = ways[turn % len(ways)], LEVELS[(turn // 2) % 3]
    active = cast.months(turn)
    n = {"easy": 12, "medium": 9, "hard": 6}[deed.note]
    patients = cast.folk(n, cast.adults(near=inst, old=turn % 2 == 0), apart=False)
    dept = district.staff.department(district.places, np.array([inst]), np.array([0]))
    doctor = int(district.staff.first[inst, dept[0]] + turn % max(1, district.staff.count[inst, dept[0]]))
    deed.join("institution", [inst], "provider")
    deed.join("doctor", [doctor], "prescriber")
    deed.join("patient", patients.tolist(), "participant")
    return PhantomBed(deed, inst, doctor, patients, active, cast.upright("hospital"))
