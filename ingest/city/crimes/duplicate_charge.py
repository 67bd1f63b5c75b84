"""Charged twice (重复收费): the same service again, or a part of another billed service on top of it.

Ways: the part beside the whole (published pairs); the same line sent twice; the bill settled twice within minutes; two grades of nursing
in a day; two consultation fees for one visit; one test billed by two departments.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city.cast import LEVELS, Cast
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.ills import DEPT
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, rows

WAYS = ("part_beside_whole", "same_line", "settled_twice", "two_grades", "two_fees", "two_departments")
_TIMES = {"easy": (28, 55), "medium": (12, 24), "hard": (5, 9)}
PAIRS = (
    ("stool", "stool_par"),
    ("lung_dil", "lung"),
    ("lung_prov", "lung_bed"),
    ("lab_ogtt", "lab_glu"),
    ("icu", "nurse_extra"),
    ("rescue3", "rescue2"),
    ("fx_splint", "fx_reduce"),
    ("tcm_patch", "tcm_mix"),
    ("egv", "gastroscopy"),
)
"""(whole, part): uses of services whose published pair may not be charged together on one day."""
_TESTS = ("ct", "us", "cbc", "liver", "coag", "ecg", "mri", "xray", "kidney")


@dataclass
class DuplicateCharge:
    """One hospital, health centre or clinic."""

    deed: Deed
    inst: int
    active: set[int]
    pairs: Ints

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("duplicate", self.deed.number, month.number)
        n = int(rng.integers(*_TIMES[self.deed.note], endpoint=True))
        {
            "part_beside_whole": self._part,
            "same_line": self._same,
            "settled_twice": self._settled,
            "two_grades": self._grades,
            "two_fees": self._fees,
            "two_departments": self._departments,
        }[self.deed.mechanism](draft, district, rng, n)

    def after(self, draft: Draft, district: District, month: Month) -> None:
        """Nothing more."""

    def _visits(self, draft: Draft, *, stays: bool) -> pl.DataFrame:
        visits = draft.take("visit").filter(
            (pl.col("inst") == self.inst) & (pl.col("scheme") == 0) & (pl.col("story") == 0) & (pl.col("refund") == 0) & ~pl.col("newborn")
        )
        stay = pl.col("bed") != ""
        return visits.filter(stay & (pl.col("end") - pl.col("beg") > 2 * DAY) if stays else ~stay & (pl.col("settled") > 0))

    def _pool(self, draft: Draft, rng: np.random.Generator, n: int) -> pl.DataFrame:
        """Visits with room for the trick: stays where there are enough of them, else contacts by day."""
        stays = self._visits(draft, stays=True)
        pool = stays if stays.height >= 4 else self._visits(draft, stays=False)
        return pool[rng.integers(0, max(1, pool.height), min(n, pool.height * 3)).tolist()] if pool.height else pool

    def _at(self, visits: pl.DataFrame, rng: np.random.Generator) -> Ints:
        """A moment of the visit; for stays on a full day of it."""
        beg, end = visits["beg"].to_numpy(), visits["end"].to_numpy()
        stay = (visits["bed"] != "").to_numpy()
        last = np.where(end > 0, end, beg + 4 * DAY)
        day = beg // DAY + 1 + rng.integers(0, 1 << 20, len(beg)) % np.maximum(last // DAY - beg // DAY - 1, 1)
        return np.where(stay, day * DAY + rng.integers(9 * 3600, 16 * 3600, len(beg)), visits["settled"].to_numpy() - 30)

    def _line(self, draft: Draft, visits: pl.DataFrame, item: Ints, at: Ints, *, wrong: bool, dept: int | None = None) -> None:
        n = visits.height
        draft.add(
            "line",
            rows(
                "line",
                n,
                lid=draft.number("line", n),
                vid=visits["vid"],
                item=item,
                at=at,
                doctor=visits["doctor"],
                dept=visits["dept"] if dept is None else dept,
                order=visits["vid"],
                scheme=self.deed.number if wrong else 0,
            ),
        )

    def _part(self, draft: Draft, district: District, rng: np.random.Generator, n: int) -> None:
        visits = self._pool(draft, rng, n).unique("vid", maintain_order=True)
        parts = [district.goods.one(part) for _, part in PAIRS]
        shown = draft.take("line").filter(pl.col("vid").is_in(visits["vid"].implode()) & pl.col("item").is_in(parts))["vid"]
        visits = visits.filter(~pl.col("vid").is_in(shown.implode()))
        pair = rng.choice(self.pairs, visits.height)
        whole = np.array([district.goods.one(PAIRS[p][0]) for p in pair], dtype=np.int64)
        part = np.array([district.goods.one(PAIRS[p][1]) for p in pair], dtype=np.int64)
        at = self._at(visits, rng)
        self._line(draft, visits, whole, at, wrong=False)
        later = np.minimum(at + rng.integers(60, 5400, len(at)), (at // DAY + 1) * DAY - 60)
        stay = (visits["bed"] != "").to_numpy()
        self._line(draft, visits, part, np.where(stay, later, at + 5), wrong=True)

    def _copies(self, draft: Draft, district: District, rng: np.random.Generator, n: int, uses: tuple[str, ...]) -> pl.DataFrame:
        items = np.concatenate([district.goods.uses[use] for use in uses])
        vids = pl.concat([self._visits(draft, stays=True), self._visits(draft, stays=False)])["vid"]
        lines = draft.take("line").filter(
            pl.col("vid").is_in(vids.implode()) & pl.col("item").is_in(items.tolist()) & (pl.col("scheme") == 0)
        )
        chosen: pl.DataFrame = lines[rng.permutation(lines.height)[:n].tolist()]
        return chosen

    def _same(self, draft: Draft, district: District, rng: np.random.Generator, n: int) -> None:
        lines = self._copies(draft, district, rng, n, (*_TESTS, "infuse", "physio", "oxygen"))
        apart = pl.Series(rng.integers(0, 3, lines.height) * (0 if self.deed.note == "easy" else 1))
        draft.add(
            "line",
            lines.with_columns(
                lid=pl.Series(draft.number("line", lines.height)), at=pl.col("at") + apart, scheme=pl.lit(self.deed.number, pl.Int32)
            ),
        )

    def _departments(self, draft: Draft, district: District, rng: np.random.Generator, n: int) -> None:
        lines = self._copies(draft, district, rng, n, _TESTS)
        other = DEPT["急诊科"] if district.staff.count[self.inst, DEPT["急诊科"]] else DEPT["中医科"]
        doctor = int(district.staff.first[self.inst, other])
        draft.add(
            "line",
            lines.with_columns(
                lid=pl.Series(draft.number("line", lines.height)),
                at=pl.col("at") + pl.Series(rng.integers(60, 1500, lines.height)),
                dept=pl.lit(other, pl.Int16),
                doctor=pl.lit(doctor, pl.Int32),
                scheme=pl.lit(self.deed.number, pl.Int32),
            ),
        )

    def _settled(self, draft: Draft, district: District, rng: np.random.Generator, n: int) -> None:
        del district
        visits = self._visits(draft, stays=False).filter(pl.col("med").is_in(["11", "13"]))
        visits = visits[rng.permutation(visits.height)[:n].tolist()]
        later = pl.Series(rng.integers(*{"easy": (40, 200), "medium": (60, 400), "hard": (120, 900)}[self.deed.note], visits.height))
        again = visits.with_columns(
            vid=pl.Series(draft.number("visit", visits.height)),
            scheme=pl.lit(self.deed.number, pl.Int32),
            beg=pl.col("beg") + later,
            end=pl.col("end") + later,
            settled=pl.col("settled") + later,
        )
        pairs = pl.DataFrame(
            {"vid": visits["vid"], "next": again["vid"], "later": later}, schema={"vid": pl.Int64, "next": pl.Int64, "later": pl.Int64}
        )
        lines = draft.take("line").join(pairs, on="vid", how="inner")
        copied = lines.with_columns(
            vid=pl.col("next"),
            order=pl.col("next"),
            at=pl.col("at") + pl.col("later"),
            lid=pl.Series(draft.number("line", lines.height)),
            scheme=pl.lit(self.deed.number, pl.Int32),
            off_shelf=pl.lit(True),
            codes=pl.lit("-"),
        )
        draft.add("visit", again)
        draft.add("line", copied.drop("next", "later"))

    def _grades(self, draft: Draft, district: District, rng: np.random.Generator, n: int) -> None:
        visits = self._visits(draft, stays=True)
        if not visits.height:
            return self._fees(draft, district, rng, n)
        visits = visits[rng.integers(0, visits.height, n).tolist()]
        at = self._at(visits, rng)
        keep = np.unique(visits["vid"].to_numpy() * 100_000 + at // DAY, return_index=True)[1]
        visits, at = visits[keep.tolist()], at[keep]
        here = draft.take("line").filter(
            pl.col("item").is_in([district.goods.one("nurse1")]) & pl.col("vid").is_in(visits["vid"].implode())
        )
        severe = set(zip(here["vid"].to_list(), (here["at"] // DAY).to_list(), strict=True))
        item = np.array(
            [
                district.goods.one("nurse2" if (v, int(d)) in severe else "nurse1")
                for v, d in zip(visits["vid"].to_list(), (at // DAY).tolist(), strict=True)
            ]
        )
        self._line(draft, visits, item, at, wrong=True)

    def _fees(self, draft: Draft, district: District, rng: np.random.Generator, n: int) -> None:
        visits = self._visits(draft, stays=False).filter(pl.col("med").is_in(["11", "13"]))
        visits = visits[rng.permutation(visits.height)[:n].tolist()]
        fees = [district.goods.one(use) for use in ("visit_gp", "visit", "visit_em")]
        lines = draft.take("line").filter(
            pl.col("vid").is_in(visits["vid"].implode()) & pl.col("item").is_in(fees) & (pl.col("scheme") == 0)
        )
        draft.add(
            "line",
            lines.with_columns(
                lid=pl.Series(draft.number("line", lines.height)),
                at=pl.col("at") + pl.Series(rng.integers(1, 20, lines.height)),
                scheme=pl.lit(self.deed.number, pl.Int32),
            ),
        )


def plant(cast: Cast, deed: Deed, turn: int) -> DuplicateCharge:
    """Cast one scheme."""
    deed.mechanism, deed.note = WAYS[turn % len(WAYS)], LEVELS[(turn // 2) % 3]
    kind = "wards" if deed.mechanism not in ("two_fees",) else ("health_centre" if turn % 4 < 2 else "village_clinic")
    inst = cast.crook(kind, "twice")
    pairs = cast.rng.choice(len(PAIRS), size=int(cast.rng.integers(2, 5)), replace=False)
    deed.join("institution", [inst], "provider")
    return DuplicateCharge(deed, inst, cast.months(turn), pairs)
