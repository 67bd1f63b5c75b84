"""Why may a bed look empty, or double? Broken cameras, leave, relatives' errands, transfers, newborns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import counter
from ingest.city.cast import Cast
from ingest.city.district import District
from ingest.city.innocents import Stories, Story, Told
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft


def _mark(draft: Draft, kind: str, hit: pl.Expr, number: int) -> None:
    """Mark unmarked rows as part of a story."""
    free = (pl.col("story") == 0) & (pl.col("scheme") == 0)
    draft.put(kind, draft.take(kind).with_columns(story=pl.when(hit & free).then(pl.lit(number, pl.Int32)).otherwise("story")))


@dataclass
class Ward(Story):
    """Something about real stays of one hospital."""

    inst: int
    taken: frozenset[int]
    """Persons who play elsewhere and may not be named here."""

    def free(self) -> pl.Expr:
        """Rows that no deed has claimed, of persons who play in none."""
        return (pl.col("scheme") == 0) & (pl.col("story") == 0) & ~pl.col("psn").is_in(sorted(self.taken))

    def stays(self, draft: Draft) -> pl.DataFrame:
        here = (pl.col("inst") == self.inst) & (pl.col("bed") != "") & (pl.col("end") > 0) & ~pl.col("newborn")
        return draft.take("visit").filter(here & self.free()).sort("vid")

    def name(self, draft: Draft, stays: pl.DataFrame) -> None:
        """Put stays and their patients into the story."""
        _mark(draft, "visit", pl.col("vid").is_in(stays["vid"].implode()), self.deed.number)
        self.deed.join("patient", stays["psn"].to_list())


@dataclass
class BrokenCamera(Ward):
    """No face check of the whole ward for some days."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("camera", self.deed.number, month.number)
        first = month.beg + int(rng.integers(2, month.days - 8)) * DAY
        last = first + int(rng.integers(4, 8)) * DAY
        faces = draft.take("face")
        out = (
            (pl.col("inst") == self.inst)
            & (pl.col("at") >= first)
            & (pl.col("at") < last)
            & (pl.col("scheme") == 0)
            & (pl.col("kind") != "pharmacy")
        )
        draft.put("face", faces.filter(~out))
        stays = self.stays(draft)
        self.name(draft, stays.filter((pl.col("beg") < last - 2 * DAY) & (pl.col("end") > first + 2 * DAY)))


@dataclass
class Leave(Ward):
    """On leave with an order; on the free day the patient buys something, with the own face."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("leave", self.deed.number, month.number)
        leave = draft.take("order").filter(pl.col("kind") == "leave").select("vid", pl.col("beg").alias("away"))
        free = draft.take("visit").filter(self.free() & (pl.col("end") > 0)).join(leave, on="vid").sort("vid")
        stays = free[self.deed.number % 4 :: 4].head(3)
        if not stays.height:
            return
        self.name(draft, stays)
        psn = stays["psn"].to_numpy().astype(np.int64)
        shop = district.habits.shops[psn, 0]
        at = np.minimum(stays["away"].to_numpy() + rng.integers(2 * 3600, 9 * 3600, len(psn)), month.end - DAY)
        basket = counter.Basket.of([counter.mixed(rng, counter.shelf(district, int(s), ("htn", "cold")), 1, 1, 2)[0] for s in shop])
        visits, _ = counter.sell(draft, district, rng, psn, shop, at, basket, marks=self.marks)
        counter.seen(draft, visits, rng, visits["psn"], marks=self.marks)


@dataclass
class Relative(Ward):
    """A relative buys with the patient's card at the family's usual shop, without a face."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("relative", self.deed.number, month.number)
        stays = self.stays(draft).filter(pl.col("end") - pl.col("beg") > 3 * DAY)
        stays = stays[rng.permutation(stays.height)[: int(rng.integers(2, 5))].tolist()]
        if not stays.height:
            return
        self.name(draft, stays)
        psn = stays["psn"].to_numpy().astype(np.int64)
        shop = district.habits.shops[psn, 0]
        span = np.maximum((stays["end"].to_numpy() - stays["beg"].to_numpy()) // DAY - 1, 1)
        at = (stays["beg"].to_numpy() // DAY + 1 + rng.integers(0, 1 << 20, len(psn)) % span) * DAY + rng.integers(
            9 * 3600, 19 * 3600, len(psn)
        )
        basket = counter.Basket.of(
            [counter.mixed(rng, counter.shelf(district, int(s), ("htn", "heart", "cold")), 1, 1, 2)[0] for s in shop]
        )
        if (at < month.end - DAY).all():
            counter.sell(draft, district, rng, psn, shop, at, basket, marks=self.marks, cert="01")


@dataclass
class LateDischarge(Ward):
    """Sent on to the city hospital; the discharge at home was typed in a day later."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("late", self.deed.number, month.number)
        visits = draft.take("visit")
        moved = visits.filter((pl.col("before") >= 0) & self.free()).sort("vid")
        moved = moved[self.deed.number % 3 :: 3].head(3)
        if not moved.height:
            return
        late = pl.DataFrame({"vid": moved["before"], "late": rng.integers(6 * 3600, 26 * 3600, moved.height)})
        draft.put(
            "visit",
            visits.join(late, on="vid", how="left", maintain_order="left")
            .with_columns(
                end=pl.when(pl.col("late").is_not_null() & (pl.col("end") > 0)).then(pl.col("end") + pl.col("late")).otherwise("end"),
                settled=pl.when(pl.col("late").is_not_null() & (pl.col("settled") > 0))
                .then(pl.col("settled") + pl.col("late"))
                .otherwise("settled"),
            )
            .select(visits.columns),
        )
        both = pl.concat([moved["vid"], moved["before"]])
        _mark(draft, "visit", pl.col("vid").is_in(both.implode()), self.deed.number)
        self.deed.join("patient", moved["psn"].to_list())


@dataclass
class Cradle(Ward):
    """Mother and child in one bed under one number."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        del district
        children = draft.take("visit").filter(pl.col("newborn") & self.free()).sort("vid")
        children = children[self.deed.number % 2 :: 2].head(3)
        if month.number in self.active and children.height:
            _mark(draft, "visit", pl.col("vid").is_in(children["vid"].implode()), self.deed.number)
            self.deed.join("patient", children["psn"].to_list())


def _ward(kind: type[Ward], *, faces: bool = False, named: bool = False) -> Told:
    def cast_it(cast: Cast, deed: Deed, turn: int) -> Story | None:
        pool = cast.honest["wards"]
        pool = pool[cast.district.places.has_faces[pool]] if faces else pool
        inst = int(cast.rng.choice(pool)) if len(pool) else int(cast.honest["wards"][0])
        if named:
            deed.join("institution", [inst])
        return kind(deed, cast.months(turn), inst, frozenset(cast.taken))

    return cast_it


STORIES: Stories = {
    "broken_camera": ("phantom_bed", "the ward's device was out of order; nobody was checked", _ward(BrokenCamera, faces=True, named=True)),
    "leave_with_order": ("phantom_bed", "leave with a doctor's order", _ward(Leave)),
    "relative_buys": ("phantom_bed", "a relative buys with the patient's card at the family's shop", _ward(Relative)),
    "late_discharge": ("phantom_bed", "transfer to another hospital; the discharge was entered late", _ward(LateDischarge)),
    "newborn": ("phantom_bed", "mother and newborn in one bed", _ward(Cradle)),
}
