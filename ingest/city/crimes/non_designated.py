"""Another's code (为非定点机构结算): a place without agreement treats and sells, and a place with agreement claims it as its own.

Ways: a shop whose agreement is suspended settles through a sister; a clinic likewise through the hospital of a friend; a shop that never
had an agreement borrows a till.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import counter
from ingest.city.cast import LEVELS, Cast
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.key import Deed
from ingest.city.period import Month
from ingest.city.places import PHARMACY
from ingest.city.rows import Draft, rows

WAYS = ("unlisted_shop", "suspended_shop", "suspended_clinic")
_SHARE = {"easy": (0.9, 1.0), "medium": (0.55, 0.8), "hard": (0.25, 0.45)}
"""Share of the suspended place's customers that is claimed under the other code; the rest goes elsewhere."""
_SALES = {"easy": (14, 24), "medium": (8, 14), "hard": (4, 8)}
_USES = ("htn", "dm", "heart", "cold", "tonic", "pain")


@dataclass
class NonDesignated:
    """The place that may not settle, and the one that does it."""

    deed: Deed
    hidden: int
    """The suspended place; of a shop that stands in no register, the number of its desk."""
    front: int
    customers: Ints
    active: set[int]
    till: int

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("front", self.deed.number, month.number)
        if self.deed.mechanism == "unlisted_shop":
            self._borrow(draft, district, month, rng)
        else:
            self._move(draft, district, rng)

    def close(self, draft: Draft, month: Month) -> None:
        """Whatever else was to happen at the suspended place happens at the front's own tills: the line of the place is dead."""
        if month.number not in self.active or self.deed.mechanism == "unlisted_shop":
            return
        for kind in ("visit", "face"):
            here = pl.col("inst") == self.hidden
            draft.put(kind, draft.take(kind).with_columns(inst=pl.when(here).then(pl.lit(self.front, pl.Int32)).otherwise("inst")))

    def after(self, draft: Draft, district: District, month: Month) -> None:
        """Nothing more: the front's shelf loses nothing, and nobody scans."""

    def _borrow(self, draft: Draft, district: District, month: Month, rng: np.random.Generator) -> None:
        """Sales of a shop far away, typed at its own desk, under the front's code."""
        n = int(rng.integers(*_SALES[self.deed.note], endpoint=True))
        psn = rng.choice(self.customers, n)
        goods = counter.shelf(district, self.front, _USES)
        basket = counter.Basket.of(counter.mixed(rng, goods, n, 1, 3), 1)
        scratch = Draft(draft.serials)
        at = np.sort(counter.opening(rng, month, n))
        marks = counter.Marks(scheme=self.deed.number)
        counter.sell(scratch, district, rng, psn, np.full(n, self.front), at, basket, marks=marks, till=self.till, off_shelf=True)
        draft.add("visit", scratch.take("visit").with_columns(pl.lit(self.hidden, pl.Int32).alias("typed")))
        draft.add("line", self._unscanned(scratch.take("line"), rng))

    def _unscanned(self, lines: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
        """No box stands behind the claim; in hard cases the front hands over some of its own."""
        own = self.deed.note == "hard"
        real = pl.Series(rng.random(lines.height) < (0.4 if own else 0.0), dtype=pl.Boolean)
        return lines.with_columns(
            codes=pl.when(real).then(pl.lit("")).otherwise(pl.lit("-")),
            off_shelf=~real,
        )

    def _move(self, draft: Draft, district: District, rng: np.random.Generator) -> None:
        """Everything that the suspended place does this month is claimed under the front's code, or not at all."""
        visits = draft.take("visit")
        there = visits["inst"] == self.hidden
        claimed = pl.Series(rng.random(visits.height) < rng.uniform(*_SHARE[self.deed.note]), dtype=pl.Boolean)
        plain = (visits["scheme"] == 0) & (visits["story"] == 0) & (visits["refund"] == 0) & (visits["manual"] == "")
        moved = there & claimed & plain
        lost = there & ~moved & (visits["scheme"] == 0) & (visits["story"] == 0)
        mark = pl.lit(self.deed.number, pl.Int32)
        draft.put(
            "visit",
            visits.with_columns(
                inst=pl.when(moved).then(pl.lit(self.front, pl.Int32)).otherwise("inst"),
                typed=pl.when(moved).then(pl.lit(self.hidden, pl.Int32)).otherwise("typed"),
                scheme=pl.when(moved).then(mark).otherwise("scheme"),
            ).filter(~lost),
        )
        gone, mine = visits.filter(lost)["vid"], visits.filter(moved).select("vid", "psn", "till")
        lines = draft.take("line").filter(~pl.col("vid").is_in(gone.implode()))
        hit = pl.col("vid").is_in(mine["vid"].implode())
        shop = district.places.kind[self.hidden] == PHARMACY
        if shop:
            self._ring(draft, lines.filter(hit).join(mine, on="vid", maintain_order="left"))
        bent = lines.filter(hit).with_columns(scheme=mark)
        draft.put("line", pl.concat([lines.filter(~hit), self._unscanned(bent, rng) if shop else bent]))
        faces = draft.take("face").filter(~pl.col("vid").is_in(gone.implode()))
        seen = pl.col("vid").is_in(mine["vid"].implode())
        draft.put(
            "face",
            faces.with_columns(
                inst=pl.when(seen).then(pl.lit(self.front, pl.Int32)).otherwise("inst"),
                scheme=pl.when(seen).then(mark).otherwise("scheme"),
            ),
        )

    def _ring(self, draft: Draft, sold: pl.DataFrame) -> None:
        """The box leaves the suspended shop's own shelf, rung up as paid in cash."""
        draft.add(
            "sale",
            rows(
                "sale",
                sold.height,
                inst=self.hidden,
                item=sold["item"],
                at=sold["at"],
                cnt=sold["cnt"],
                till=sold["till"],
                scheme=self.deed.number,
            ),
        )

    def register(self, tables: dict[str, pl.DataFrame], district: District) -> None:
        """The suspension stands in the register: the months of the deed in one row, the agreement before it in another."""
        if self.deed.mechanism == "unlisted_shop":
            return
        frame = tables["fixmedins_b"]
        first, last = (np.datetime64("2025-07") + np.timedelta64(m, "M") for m in (min(self.active), max(self.active) + 1))
        mine = frame.filter(pl.col("fixmedins_code") == str(district.places.code[self.hidden]))
        start, stop = first.astype("datetime64[D]"), last.astype("datetime64[D]")
        before = mine.with_columns(status_to=pl.lit(str(start - 1)))
        during = mine.with_columns(
            agreement_status=pl.lit("suspended"),
            status_from=pl.lit(str(start)),
            status_to=pl.lit(str(stop - 1)),
            scheme=pl.lit(self.deed.number, pl.Int32),
        )
        after = mine.with_columns(status_from=pl.lit(str(stop)))
        others = frame.filter(pl.col("fixmedins_code") != str(district.places.code[self.hidden]))
        tables["fixmedins_b"] = pl.concat([others, before, during, after], how="diagonal_relaxed").select(others.columns)


def _stretch(months: set[int], total: int) -> set[int]:
    """One unbroken stretch, as a suspension is: the first run of active months after the first, when the place still has its agreement."""
    first = min(months - {0}, default=0)
    run = {first}
    while max(run) + 1 in months and max(run) + 1 < total:
        run.add(max(run) + 1)
    return run


def plant(cast: Cast, deed: Deed, turn: int) -> NonDesignated | None:
    """Cast one scheme; where no more places may lose their agreement, a shop that never had one."""
    district, rng = cast.district, cast.rng
    deed.mechanism, deed.note = WAYS[turn % len(WAYS)], LEVELS[(turn // 2) % 3]
    clinic = deed.mechanism == "suspended_clinic"
    front = cast.crook("health_centre" if clinic else "pharmacy", "front")
    active = cast.months(turn)
    hidden = -1 if deed.mechanism == "unlisted_shop" else cast.suspend("village_clinic" if clinic else "pharmacy")
    deed.join("institution", [front], "provider")
    if hidden >= 0:
        deed.join("institution", [hidden], "organiser")
        return NonDesignated(deed, hidden, front, np.zeros(0, dtype=np.int64), _stretch(active, len(cast.calendar)), 1)
    deed.mechanism = "unlisted_shop"
    if clinic:
        deed.members.clear()
        front = cast.crook("pharmacy", "front")
        deed.join("institution", [front], "provider")
    land, places = district.land, district.places
    far = np.argsort(-np.hypot(land.lnt - places.lnt[front], land.lat - places.lat[front]))[: max(3, len(land) // 3)]
    area = int(rng.choice(far))
    grown = np.setdiff1d(cast.adults(), [*cast.taken])
    crowd = grown[district.people.area[grown] == area]
    customers = rng.choice(crowd if len(crowd) >= 10 else grown, 30)
    return NonDesignated(deed, len(places) + deed.number, front, customers, active, int(rng.integers(1, 3)))
