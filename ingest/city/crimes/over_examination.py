"""Too many examinations (过度检查): they are really done, and nobody needed them.

Ways: one package for whoever comes; the same test again before it can change; one doctor who sends everybody to the scanner; a screening of
everything on admission.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city.cast import Cast
from ingest.city.chance import Ints
from ingest.city.crimes.house import House, Scene, possible, some, step, within
from ingest.city.district import District
from ingest.city.key import Deed
from ingest.city.period import DAY
from ingest.city.rows import Draft

WAYS = ("package_for_all", "again_too_soon", "one_doctors_scanner", "all_on_admission")
_PACKAGE = ("us", "ecg", "coag", "kidney", "liver", "crp", "xray", "lab_hba1c", "urine")
_AGAIN = ("lab_hba1c", "liver", "kidney", "us", "ct", "mri", "xray", "ecg")


@dataclass
class OverExamination(House):
    """One institution, or one doctor in it, and what is always ordered there."""

    package: Ints
    scans: Ints
    doctor: int

    def bill(self, scene: Scene) -> None:
        draft, district, rng = scene.draft, scene.district, scene.rng
        {
            "package_for_all": self._package,
            "again_too_soon": self._again,
            "one_doctors_scanner": self._scanner,
            "all_on_admission": self._admission,
        }[self.deed.mechanism](draft, district, rng)

    def _order(self, draft: Draft, rng: np.random.Generator, visits: pl.DataFrame, at: Ints, items: Ints, share: float) -> None:
        """Each item for nearly everyone who does not have it yet."""
        for item in items.tolist():
            here = self.absent(draft, visits, np.full(visits.height, item))
            here = here[rng.random(len(here)) < share]
            self.charge(draft, visits[here.tolist()], np.full(len(here), item), at[here] + rng.integers(0, 900, len(here)))

    def _package(self, draft: Draft, district: District, rng: np.random.Generator) -> None:
        del district
        visits = some(rng, self.contacts(draft), self.share(rng, easy=(0.8, 0.98), medium=(0.5, 0.75), hard=(0.28, 0.45)))
        at = visits["beg"].to_numpy() - rng.integers(900, 1200, visits.height)
        self._order(draft, rng, visits, np.maximum(at, visits["beg"].to_numpy()), self.package, 0.95)

    def _admission(self, draft: Draft, district: District, rng: np.random.Generator) -> None:
        stays = some(rng, self.stays(draft, 1), self.share(rng, easy=(0.8, 1.0), medium=(0.5, 0.75), hard=(0.3, 0.45)))
        first = np.minimum(stays["beg"].to_numpy() + rng.integers(3600, 5 * 3600, stays.height), stays["end"].to_numpy() - 5400)
        uses = district.goods.uses
        everything = np.unique(np.concatenate([uses["us"], uses["xray"], self.package]))
        wanted = rng.permutation(everything)[: int(rng.integers(4, 8))]
        self._order(draft, rng, stays, first, wanted, 0.9)

    def _again(self, draft: Draft, district: District, rng: np.random.Generator) -> None:
        """One, two or three days later once more, with the same result."""
        items = np.concatenate([district.goods.uses[use] for use in _AGAIN])
        stays = self.stays(draft, 3)
        seen = self.lines(draft, stays, items).join(stays.select("vid", "end"), on="vid", how="inner", maintain_order="left")
        seen = some(rng, seen, self.share(rng, easy=(0.6, 0.9), medium=(0.35, 0.55), hard=(0.15, 0.3)))
        for round_ in range(1, {"easy": 3, "medium": 2, "hard": 1}[self.deed.note] + 1):
            at = seen["at"].to_numpy() + round_ * (DAY + rng.integers(0, 2, seen.height) * DAY) + rng.integers(-3600, 3600, seen.height)
            keep = np.flatnonzero(at < seen["end"].to_numpy() - 5400).tolist()
            of = seen[keep].select("vid").join(stays, on="vid", how="inner", maintain_order="left")
            self.charge(draft, of, seen["item"].to_numpy()[keep], at[keep])

    def _scanner(self, draft: Draft, district: District, rng: np.random.Generator) -> None:
        """Whoever sits before this doctor goes through the machine."""
        mine = self.contacts(draft).filter(pl.col("doctor") == self.doctor)
        visits = some(rng, mine, self.share(rng, easy=(0.8, 1.0), medium=(0.55, 0.8), hard=(0.35, 0.5)))
        here = self.absent(draft, visits, item := rng.choice(self.scans, visits.height))
        self.charge(draft, visits[here.tolist()], item[here], within(rng, visits)[here])
        del district


def plant(cast: Cast, deed: Deed, turn: int) -> OverExamination | None:
    """Cast one scheme."""
    district, rng = cast.district, cast.rng
    step(deed, WAYS, turn)
    inst = possible(cast, deed, WAYS, lambda way: lambda one: district.places.scanner[one] >= (way == "one_doctors_scanner"))
    if inst is None:
        return None
    uses = district.goods.uses
    package = np.array([int(rng.choice(uses[use])) for use in rng.permutation(np.array(_PACKAGE))[: int(rng.integers(3, 6))].tolist()])
    scans = np.concatenate([uses["ct"], uses["mri"]]) if district.places.scanner[inst] == 2 else uses["ct"]
    doctor = busiest(cast, inst, turn)
    deed.join("institution", [inst], "provider")
    if deed.mechanism == "one_doctors_scanner":
        deed.join("doctor", [doctor], "prescriber")
    return OverExamination(deed, inst, cast.months(turn), package, scans, doctor)


def busiest(cast: Cast, inst: int, turn: int) -> int:
    """A doctor of the department that sees most people by day."""
    staff = cast.district.staff
    dept = int(staff.department(cast.district.places, np.array([inst]), np.array([0]))[0])
    return int(staff.first[inst, dept] + turn % max(1, int(staff.count[inst, dept])))
