"""Services that never were (虚构医药服务): whole contacts written for a card in the drawer.

Ways: for people who lie in another hospital; for the dead; under a doctor who is away; in the hours in which the house is shut.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city.cast import Cast
from ingest.city.chance import Ints
from ingest.city.crimes.house import House, Scene, sends, step, where
from ingest.city.crimes.over_examination import busiest
from ingest.city.ills import BY_CODE, DEPT
from ingest.city.key import Deed
from ingest.city.period import DAY
from ingest.city.places import CLINIC
from ingest.city.rows import rows

WAYS = ("lies_elsewhere", "the_dead", "doctor_away", "house_is_shut")
_TIMES = {"easy": (12, 24), "medium": (7, 12), "hard": (4, 7)}
_CARE = ("tcm_acu", "infuse", "inject", "physio", "tcm_patch", "dressing", "nebul")
_ILLS = np.array([BY_CODE[code] for code in ("M54.500", "J20.900", "K29.500", "I10.x00", "M51.202")])


@dataclass
class FictitiousService(House):
    """A house, its doctor, and the cards that it has seen before."""

    doctor: int
    cards: Ints

    def bill(self, scene: Scene) -> None:
        n = int(scene.rng.integers(*_TIMES[self.deed.note], endpoint=True))
        psn, at = {
            "lies_elsewhere": self._elsewhere,
            "the_dead": self._dead,
            "doctor_away": self._away,
            "house_is_shut": self._shut,
        }[self.deed.mechanism](scene, n)
        keep = at < min(scene.month.end, scene.district.until) - 3600
        self._write_down(scene, psn[keep], at[keep])

    def _elsewhere(self, scene: Scene, n: int) -> tuple[Ints, Ints]:
        """In the middle of a real stay of somebody else's patient."""
        far = (pl.col("inst") != self.inst) & (pl.col("bed") != "") & (pl.col("end") - pl.col("beg") > 3 * DAY) & ~pl.col("newborn")
        beds = scene.draft.take("visit").filter(far & self.unmarked() & (pl.col("way") != "5")).sort("vid")
        beds = beds[scene.rng.permutation(beds.height)[:n].tolist()]
        beg, end = beds["beg"].to_numpy(), beds["end"].to_numpy()
        day = beg // DAY + 1 + scene.rng.integers(0, 1 << 20, len(beg)) % np.maximum(end // DAY - beg // DAY - 1, 1)
        return beds["psn"].to_numpy().astype(np.int64), day * DAY + scene.rng.integers(9 * 3600, 17 * 3600, len(beg))

    def _dead(self, scene: Scene, n: int) -> tuple[Ints, Ints]:
        """Days or months after; a month without a death gets the living of the drawer at night."""
        died = scene.district.people.died
        gone = np.flatnonzero(died * DAY < min(scene.month.end, scene.district.until) - 4 * DAY)
        if not len(gone):
            return self._shut(scene, n)
        psn = scene.rng.choice(gone, n)
        first = np.maximum(died[psn] * DAY + 2 * DAY, scene.month.beg)
        at = first + scene.rng.integers(0, 1 << 30, n) % np.maximum(scene.month.end - first - DAY, 1)
        return psn, at // DAY * DAY + scene.rng.integers(9 * 3600, 17 * 3600, n)

    def _away(self, scene: Scene, n: int) -> tuple[Ints, Ints]:
        """On the days of the doctor's leave; the rest of the month is honest."""
        staff, month = scene.district.staff, scene.month
        days = month.beg + np.arange(month.days) * DAY
        away = days[staff.away(np.full(month.days, self.doctor), days + 12 * 3600)]
        if not len(away):
            return self.cards[:0], away
        return scene.rng.choice(self.cards, n), scene.rng.choice(away, n) + scene.rng.integers(9 * 3600, 17 * 3600, n)

    def _shut(self, scene: Scene, n: int) -> tuple[Ints, Ints]:
        """In the evening, card after card."""
        rng, hour = scene.rng, {"easy": (1, 4), "medium": (22, 24), "hard": (21, 23)}[self.deed.note]
        day = scene.month.beg + rng.integers(0, scene.month.days - 1, n) // 4 * 4 * DAY
        return rng.choice(self.cards, n), day + rng.integers(hour[0] * 3600, hour[1] * 3600, n)

    def _write_down(self, scene: Scene, psn: Ints, at: Ints) -> None:
        draft, district, rng, n = scene.draft, scene.district, scene.rng, len(psn)
        dept = int(district.staff.dept[self.doctor])
        visits = rows(
            "visit",
            n,
            vid=draft.number("visit", n),
            psn=psn,
            inst=self.inst,
            beg=at,
            end=at + rng.integers(300, 1200, n),
            dept=dept,
            doctor=self.doctor,
            ill=rng.choice(_ILLS, n),
            settled=at + rng.integers(60, 300, n),
            scheme=self.deed.number,
        )
        draft.add("visit", visits)
        fee = district.goods.one("visit_gp" if district.places.rank[self.inst] < 2 else "visit")
        self.charge(draft, visits, np.full(n, fee), visits["beg"].to_numpy())
        for use in rng.permutation(np.array(_CARE))[: int(rng.integers(2, 4))].tolist():
            self.charge(draft, visits, rng.choice(district.goods.uses[use], n), visits["settled"].to_numpy() - 20)

    def write(self, scene: Scene) -> None:
        """Nobody wrote a note of what was not."""
        ours = scene.draft.take("visit").filter(self.mine())["vid"]
        for kind in ("note", "therapy"):
            scene.draft.put(kind, scene.draft.take(kind).filter(~pl.col("vid").is_in(ours.implode())))


def plant(cast: Cast, deed: Deed, turn: int) -> FictitiousService | None:
    """Cast one scheme."""
    staff = cast.district.staff
    step(deed, WAYS, turn)
    small = deed.mechanism in ("house_is_shut", "the_dead")
    seen = sends(cast, "duty") if deed.mechanism == "doctor_away" else lambda _: True
    inst = cast.crook(CLINIC, deed.pattern) if small else where(cast, deed.pattern, seen)
    if inst is None and not small:  # no crooked house sends a roster
        deed.mechanism, inst = "lies_elsewhere", where(cast, deed.pattern)
    if inst is None:
        return None
    doctor = int(staff.first[inst, DEPT["全科"]]) if small else busiest(cast, inst, turn)
    if deed.mechanism == "doctor_away":
        doctor = _traveller(cast, inst)
    cards = cast.folk({"easy": 18, "medium": 14, "hard": 10}[deed.note], cast.adults(near=inst, old=True))
    deed.join("institution", [inst], "provider")
    deed.join("doctor", [doctor], "provider")
    deed.join("patient", cards.tolist() if deed.mechanism in ("doctor_away", "house_is_shut") else [], "victim")
    return FictitiousService(deed, inst, cast.months(turn, 0.8), doctor, cards)


def _traveller(cast: Cast, inst: int) -> int:
    """The doctor of the house who is away most in the period."""
    staff, first, last = cast.district.staff, cast.calendar[0].beg, cast.calendar[-1].end
    doctors = np.flatnonzero((staff.inst == inst) & (staff.kind == "1"))
    days = np.clip(np.minimum(staff.back[doctors], last) - np.maximum(staff.gone[doctors], first), 0, None).sum(axis=1)
    return int(doctors[np.argmax(days)])
