"""Returning drugs (回流药): boxes paid for once come back to the market and are sold again.

Ways: sold a second time on another card; bought from "a person" with an invoice line; sold for cash under the counter;
collected at hospitals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from ingest.city import counter
from ingest.city.cast import LEVELS, Cast
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, Value, rows

WAYS = ("second_card", "bought_back", "under_the_counter", "from_hospital")
_BUYS = {"easy": (3, 4), "medium": (2, 3), "hard": (1, 2)}
ROUND = 7
"""Days that a box takes from the counter over the collector to the shop that sells it on, at most."""
SHADY = 10
"""Index of a supplier that no honest shop uses."""


@dataclass
class Reflux:
    """Buyers who fetch dear drugs, a collector, and the shop that sells them on."""

    deed: Deed
    shop: int
    buyers: Ints
    items: Ints
    active: set[int]
    bought: list[int] = field(default_factory=list)
    """Line numbers of the buyers' purchases of this month."""
    stash: list[tuple[int, str]] = field(default_factory=list)
    """(item, trace code) that waits to be sold again."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("reflux", self.deed.number, month.number)
        times = int(rng.integers(*_BUYS[self.deed.note], endpoint=True))
        psn = np.repeat(self.buyers, times)
        hospital = self.deed.mechanism == "from_hospital"
        inst = (
            district.habits.hospitals[psn, rng.integers(0, 2, len(psn)) * 2]
            if hospital
            else district.habits.shops[psn, rng.integers(0, 3, len(psn))]
        )
        inst = np.where(inst == self.shop, district.habits.shops[psn, 1], inst)
        at = counter.opening(rng, month, len(psn), first=9, last=17)
        marks = counter.Marks(scheme=self.deed.number)
        items = [[int(rng.choice(self.items))] for _ in psn]
        basket = counter.Basket.of(items, [[int(c)] for c in rng.integers(1, 4, len(psn))])
        _, lines = counter.sell(draft, district, rng, psn, inst, at, basket, marks=marks, med="11" if hospital else "41", ill=19)
        self.bought = lines["lid"].to_list()
        self._sell(draft, district, month, rng, early=True)

    def after(self, draft: Draft, district: District, month: Month) -> None:
        """Fetch the codes of what was bought; what was bought early may be sold again within the month."""
        if month.number not in self.active:
            return
        rng = district.rng("reflux after", self.deed.number, month.number)
        lines = draft.take("line").filter(pl.col("lid").is_in(self.bought) & (pl.col("codes").str.len_chars() > 5)).sort("lid")
        # what is bought in the last days has not come round yet
        lines = lines.sort(pl.col("at") >= month.beg + (month.days - ROUND) * DAY, maintain_order=True)
        for item, codes in lines.select("item", "codes").iter_rows():
            self.stash += [(item, code) for code in codes.split(";")]
        self._sell(draft, district, month, rng, early=False)

    def _sell(self, draft: Draft, district: District, month: Month, rng: np.random.Generator, *, early: bool) -> None:
        """Last month's boxes are sold any day; this month's in the last days of it."""
        share = 1.0 if early else 0.45
        n = int(len(self.stash) * share)
        if not n or (early and month.number not in self.active):
            return
        lot, self.stash = self.stash[:n], self.stash[n:]
        first = month.beg + (0 if early else (month.days - 3) * DAY)
        last = month.beg + (month.days - 1) * DAY
        at = first + rng.integers(0, max(1, (last - first) // DAY + 1), n) * DAY + rng.integers(9 * 3600, 20 * 3600, n)
        booked = self.deed.mechanism == "bought_back" or (self.deed.note == "hard" and self.deed.number % 2 == 0)
        if booked:
            come = np.maximum(at - rng.integers(DAY // 2, 3 * DAY, n), month.beg + 600 + rng.integers(0, 3600, n))
            self._move(draft, lot, come, move="purchase", supplier=SHADY)
        # a box that stands in no book leaves no gap on the shelf
        if self.deed.mechanism == "under_the_counter":
            self._move(draft, lot, at, kind="2", off_shelf=not booked, till=1)
        else:
            self._claim(draft, district, rng, lot, at, off_shelf=not booked)

    def _move(self, draft: Draft, lot: Sequence[tuple[int, str]], at: Ints, **given: Value) -> None:
        """A move of stock that is no claim."""
        item, codes = zip(*lot, strict=True)
        moved = rows("sale", len(lot), inst=self.shop, item=np.array(item), at=at, codes=pl.Series(codes), scheme=self.deed.number, **given)
        draft.add("sale", moved)

    def _claim(
        self, draft: Draft, district: District, rng: np.random.Generator, lot: Sequence[tuple[int, str]], at: Ints, *, off_shelf: bool
    ) -> None:
        """Sell the lot on the cards of persons who buy here anyway."""
        n = len(lot)
        near = np.setdiff1d(np.flatnonzero(district.habits.shops[:, 0] == self.shop), district.mortal)
        psn = rng.choice(near if len(near) > 20 else np.setdiff1d(np.arange(len(district.people)), district.mortal), n)
        item, codes = np.array([i for i, _ in lot]), [code for _, code in lot]
        basket = counter.Basket(np.arange(n), item, np.ones(n, dtype=np.int64), np.full(n, -1), codes)
        counter.sell(
            draft,
            district,
            rng,
            psn,
            np.full(n, self.shop),
            at,
            basket,
            marks=counter.Marks(scheme=self.deed.number),
            till=int(rng.integers(1, 3)),
            off_shelf=off_shelf,
        )


def plant(cast: Cast, deed: Deed, turn: int) -> Reflux:
    """Cast one scheme."""
    rng, goods = cast.rng, cast.district.goods
    deed.mechanism, deed.note = WAYS[turn % len(WAYS)], LEVELS[(turn // 2) % 3]
    shop = cast.crook("pharmacy", "reflux")
    buyers = cast.folk({"easy": 6, "medium": 4, "hard": 3}[deed.note], cast.adults())
    pool = goods.uses["dear"]
    items = rng.choice(pool, size=int(rng.integers(2, 5)), replace=False)
    deed.join("institution", [shop], "seller")
    deed.join("patient", buyers[:1].tolist(), "organiser")
    deed.join("patient", buyers[1:].tolist(), "buyer")
    return Reflux(deed, shop, buyers, items, cast.months(turn, least=0.7))
