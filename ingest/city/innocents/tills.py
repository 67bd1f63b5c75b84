"""Why may a till be busy, a basket common, an account empty? Market days, infections, dear drugs, forgotten things."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import counter
from ingest.city.cast import Cast
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.innocents import Stories, Story, Told
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft


@dataclass
class Crowd(Story):
    """Many customers in an hour or two, each with the own face or errand; `same` baskets in an outbreak."""

    people: Ints
    shop: int
    gaps: tuple[int, int]
    same: bool

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("crowd", self.deed.number, month.number)
        psn = rng.permutation(self.people)
        start = month.beg + int(rng.integers(1, month.days - 3)) * DAY + int(rng.integers(8 * 3600, 10 * 3600))
        at = counter.queue(rng, start, len(psn), *self.gaps)
        uses = ("cold",) if self.same else ("cold", "htn", "pain", "gi", "heart", "skin", "dm")
        goods = counter.shelf(district, self.shop, uses)
        items = [[int(i) for i in goods[:2]]] * len(psn) if self.same else counter.mixed(rng, goods, len(psn), 1, 3)
        visits, _ = counter.sell(
            draft,
            district,
            rng,
            psn,
            np.full(len(psn), self.shop),
            at,
            counter.Basket.of(items),
            marks=self.marks,
            till=rng.integers(1, 3, len(psn)),
            ill=counter.COLD,
        )
        some = visits.filter(rng.random(visits.height) < 0.5)
        counter.seen(draft, some, rng, some["psn"], marks=self.marks)


def _market(cast: Cast, deed: Deed, turn: int) -> Story | None:
    shop = cast.upright("pharmacy")
    people = cast.folk(int(cast.rng.integers(14, 24)), cast.adults(near=shop))
    deed.join("patient", people.tolist())
    deed.join("institution", [shop])
    return Crowd(deed, cast.months(turn), people, shop, (100, 460), same=False)


def _outbreak(cast: Cast, deed: Deed, turn: int) -> Story | None:
    shop = cast.upright("pharmacy")
    people = cast.folk(int(cast.rng.integers(7, 12)), cast.adults(near=shop))
    deed.join("patient", people.tolist())
    deed.join("institution", [shop])
    return Crowd(deed, {turn % len(cast.calendar)}, people, shop, (900, 5400), same=True)


@dataclass
class Errand(Story):
    """Single customers: a dear drug with cash on top, a thing forgotten, a night purchase, a settlement done again."""

    people: Ints
    kind: str
    shop: int = -1

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("errand", self.deed.number, month.number)
        psn = self.people
        shop = np.full(len(psn), self.shop) if self.shop >= 0 else district.habits.shops[psn, 0]
        night = self.kind == "night"
        at = counter.opening(rng, month, len(psn), first=0 if night else 9, last=5 if night else 19)
        dear = self.kind == "dear"
        goods = [
            counter.mixed(
                rng, counter.shelf(district, int(s), ("dear",) if dear else ("cold", "gi", "pain", "htn")), 1, 1, 1 if dear else 2
            )[0]
            for s in shop
        ]
        price = district.goods.price[[g[0] for g in goods]] // 10_000
        boxes = np.clip(district.carry.purse[psn] // price + 1, 1, 4) if dear else np.ones(len(psn), dtype=np.int64)
        basket = counter.Basket.of(goods, [[int(b)] * len(g) for b, g in zip(boxes, goods, strict=True)])
        visits, _ = counter.sell(draft, district, rng, psn, shop, at, basket, marks=self.marks)
        if self.kind == "forgotten":
            small = counter.Basket.of([counter.mixed(rng, counter.shelf(district, int(s), ("cold", "skin")), 1, 1, 1)[0] for s in shop])
            counter.sell(draft, district, rng, psn, shop, at + rng.integers(150, 700, len(psn)), small, marks=self.marks)
        if self.kind == "retry":
            self._retry(draft, district, rng, visits, basket)

    def _retry(self, draft: Draft, district: District, rng: np.random.Generator, visits: pl.DataFrame, basket: counter.Basket) -> None:
        """The line broke: refunded after a minute or two, settled again after some more."""
        refund = visits["settled"] + pl.Series(rng.integers(40, 160, visits.height))
        table = pl.DataFrame({"vid": visits["vid"], "new": refund})
        whole = draft.take("visit")
        draft.put(
            "visit",
            whole.join(table, on="vid", how="left", maintain_order="left")
            .with_columns(refund=pl.coalesce("new", "refund"))
            .select(whole.columns),
        )
        psn, inst = visits["psn"].to_numpy().astype(np.int64), visits["inst"].to_numpy().astype(np.int64)
        counter.sell(draft, district, rng, psn, inst, refund.to_numpy() + rng.integers(30, 200, visits.height), basket, marks=self.marks)


def _errand(kind: str) -> Told:
    def cast_it(cast: Cast, deed: Deed, turn: int) -> Story | None:
        people = cast.folk(int(cast.rng.integers(3, 6)), cast.adults(employee=kind == "dear"))
        shop = -1
        if kind == "night":
            open_shops = [int(s) for s in cast.honest["pharmacy"] if cast.district.places.all_night[s]]
            shop = open_shops[turn % len(open_shops)] if open_shops else cast.upright("pharmacy")
            cast.district.places.all_night[shop] = True
            deed.join("institution", [shop])
        deed.join("patient", people.tolist())
        return Errand(deed, cast.months(turn), people, kind, shop)

    return cast_it


@dataclass
class RoundPrices(Story):
    """A shop that prices everything in steps of five yuan."""

    shop: int

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        vids = draft.take("visit").filter((pl.col("inst") == self.shop) & (pl.col("scheme") == 0) & (pl.col("story") == 0))["vid"]
        lines = draft.take("line").filter(
            pl.col("vid").is_in(vids.implode()) & (pl.col("price") < 0) & ~pl.col("lid").is_in(sorted(draft.claimed))
        )
        steps = np.maximum(1, np.round(district.goods.price[lines["item"].to_numpy()] / 5e6)).astype(np.int64)
        draft.amend(
            pl.DataFrame({"lid": lines["lid"], "price": steps * 5_000_000, "story": pl.repeat(self.deed.number, lines.height, eager=True)})
        )


def _round(cast: Cast, deed: Deed, turn: int) -> Story | None:
    shop = cast.upright("pharmacy")
    deed.join("institution", [shop])
    return RoundPrices(deed, cast.months(turn), shop)


STORIES: Stories = {
    "market_day": ("card_cashing", "market day: many customers, ordinary gaps and baskets", _market),
    "outbreak_baskets": ("card_cashing", "an infection goes round; everybody buys the same two drugs", _outbreak),
    "dear_purchase": ("card_cashing", "a dear drug takes the whole account, the rest is paid in cash", _errand("dear")),
    "forgotten_item": ("card_cashing", "came back for a small thing minutes later", _errand("forgotten")),
    "night_shop": ("card_cashing", "a licensed shop that is open all night", _errand("night")),
    "round_prices": ("card_cashing", "the shop prices everything in steps of five yuan", _round),
    "refund_and_retry": ("duplicate_charge", "refunded within minutes and settled again", _errand("retry")),
}
