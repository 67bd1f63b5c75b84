"""Why may a line stand twice on a bill? Half days, two sides, two packs, two visits, a test repeated on order."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ingest.city import counter
from ingest.city.cast import Cast
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.innocents import Stories, Story, Told
from ingest.city.innocents.wards import Ward
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, rows


@dataclass
class HalfDays(Ward):
    """The grade of nursing changed at noon: half a day of each."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        second, first = district.goods.one("nurse2"), district.goods.one("nurse1")
        stays = self.stays(draft)
        lines = (
            draft.take("line")
            .filter(pl.col("vid").is_in(stays["vid"].implode()) & (pl.col("item") == second))
            .sort("at", "lid")
            .unique("vid", maintain_order=True)
            .head(6)
        )
        mark = pl.lit(self.deed.number, pl.Int32)
        draft.amend(lines.select("lid", cnt=pl.lit(0.5), story=mark))
        draft.add(
            "line",
            lines.with_columns(
                lid=pl.Series(draft.number("line", lines.height)), item=pl.lit(first, pl.Int32), cnt=pl.lit(0.5), story=mark
            ),
        )
        self.deed.join("patient", stays.filter(pl.col("vid").is_in(lines["vid"].implode()))["psn"].to_list())


@dataclass
class BothSides(Ward):
    """The same operation on both sides, one after the other, both in the list of operations."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        del district
        vids = self.stays(draft)["vid"]
        last = draft.take("operation").filter(pl.col("beg") == pl.col("beg").max().over("doctor", pl.col("beg") // DAY))
        done = last.filter(pl.col("vid").is_in(vids.implode())).sort("vid").head(3)
        lines = (
            draft.take("line")
            .join(done.select("vid", "item", pl.col("beg").alias("start")), on=["vid", "item"], how="inner")
            .unique("vid", maintain_order=True)
        )
        mark = pl.lit(self.deed.number, pl.Int32)
        columns = draft.take("line").columns
        draft.add(
            "line",
            lines.with_columns(lid=pl.Series(draft.number("line", lines.height)), at=pl.col("at") + 3900, story=mark).select(columns),
        )
        again = pl.col("end") - pl.col("beg") + 2700
        shifted = {name: pl.when(pl.col(name) > 0).then(pl.col(name) + again).otherwise(0) for name in ("beg", "end", "begun", "woken")}
        draft.add("operation", done.with_columns(**shifted, story=mark))
        self.name(draft, self.stays(draft).filter(pl.col("vid").is_in(done["vid"].implode())))


@dataclass
class AgainOnOrder(Ward):
    """A blood count repeated in the evening, with a doctor's order and another hour."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        item = district.goods.one("cbc")
        stays = self.stays(draft)
        lines = (
            draft.take("line")
            .filter(pl.col("vid").is_in(stays["vid"].implode()) & (pl.col("item") == item) & (pl.col("at") % DAY < 15 * 3600))
            .sort("lid")
            .unique("vid", maintain_order=True)
            .head(4)
        )
        mark = pl.lit(self.deed.number, pl.Int32)
        evening = lines["at"] // DAY * DAY + 20 * 3600 + lines["lid"] % 3000
        draft.add("line", lines.with_columns(lid=pl.Series(draft.number("line", lines.height)), at=evening, story=mark))
        draft.add(
            "order",
            rows(
                "order",
                lines.height,
                vid=lines["vid"],
                beg=evening - 3600,
                end=evening,
                kind="临时",
                text="复查血常规",
                doctor=lines["doctor"],
                item=item,
                story=self.deed.number,
            ),
        )
        self.name(draft, stays.filter(pl.col("vid").is_in(lines["vid"].implode())))


@dataclass
class TwoPacks(Story):
    """Two packs scanned one by one: two equal lines, two codes."""

    people: Ints

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("packs", self.deed.number, month.number)
        shop = district.habits.shops[self.people, 0]
        items = [counter.mixed(rng, counter.shelf(district, int(s), ("htn", "cold", "gi")), 1, 1, 1)[0] * 2 for s in shop]
        counter.sell(
            draft, district, rng, self.people, shop, counter.opening(rng, month, len(shop)), counter.Basket.of(items), marks=self.marks
        )


@dataclass
class TwoVisits(Story):
    """To the clinic in the morning with one complaint, in the afternoon with another."""

    people: Ints

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("two visits", self.deed.number, month.number)
        n, place = len(self.people), district.habits.centre[self.people]
        day = month.beg + rng.integers(0, month.days - 1, n) * DAY
        fee = district.goods.one("visit_gp")
        for hour, use, ill in ((8, "cold", counter.COLD), (14, "pain", 7)):
            drugs = rng.choice(district.goods.uses[use], n)
            at = day + hour * 3600 + rng.integers(0, 3 * 3600, n)
            counter.sell(
                draft,
                district,
                rng,
                self.people,
                place,
                at,
                counter.Basket.of([[fee, int(d)] for d in drugs]),
                marks=self.marks,
                med="11",
                ill=ill,
            )


def _ward(kind: type[Ward]) -> Told:
    def cast_it(cast: Cast, deed: Deed, turn: int) -> Story | None:
        hospitals = [int(i) for i in cast.honest["wards"] if cast.district.places.rank[i] >= (2 if kind is BothSides else 1)]
        return (
            kind(deed, cast.months(turn), hospitals[int(cast.rng.integers(0, len(hospitals)))], frozenset(cast.taken))
            if hospitals
            else None
        )

    return cast_it


def _people(kind: type[TwoPacks] | type[TwoVisits]) -> Told:
    def cast_it(cast: Cast, deed: Deed, turn: int) -> Story | None:
        people = cast.folk(int(cast.rng.integers(3, 7)), cast.adults())
        deed.join("patient", people.tolist())
        return kind(deed, cast.months(turn), people)

    return cast_it


STORIES: Stories = {
    "half_days": ("duplicate_charge", "the grade of nursing changed at noon; half a day of each", _ward(HalfDays)),
    "both_sides": ("duplicate_charge", "the same operation on both sides", _ward(BothSides)),
    "again_on_order": ("duplicate_charge", "a test repeated in the evening on a doctor's order", _ward(AgainOnOrder)),
    "two_packs": ("duplicate_charge", "two packs scanned one by one, two codes", _people(TwoPacks)),
    "two_visits": ("duplicate_charge", "two visits in a day for different complaints", _people(TwoVisits)),
}
