"""Cash for cards (刷卡套现): the account is billed, no medicine changes hands, the customer leaves with money or groceries.

Holders come themselves; whose account is emptied comes again when it has filled, and meanwhile others take their turn. The same cards in
one hand time after time are collected cards, another pattern.

Ways: a quick burst of cards; accounts emptied; round sums; one card again and again; the shop closed, the till open; boxes
"returned" for cash.
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
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, rows

WAYS = ("burst", "drained", "round_sums", "same_card", "after_hours", "cash_back")
_CARDS = {"easy": (9, 14), "medium": (6, 9), "hard": (3, 6)}
_CROWD = {"burst": 4.0, "drained": 4.0}
"""Holders to a seat in a session where accounts are emptied; elsewhere the same few come again and again."""
_GAPS = {"easy": (25, 90), "medium": (50, 200), "hard": (180, 1200)}


@dataclass
class CardCashing:
    """One shop and the card holders who come for money."""

    deed: Deed
    shop: int
    holders: Ints
    goods: Ints
    active: set[int]
    real_goods: bool
    """A careful shop books boxes out of its stock to match."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("cashing", self.deed.number, month.number)
        for _ in range(int(rng.integers(1, 4))):
            n = min(int(rng.integers(*_CARDS[self.deed.note], endpoint=True)), len(self.holders))
            psn = rng.choice(self.holders, size=n, replace=False)
            self.deed.join("patient", psn.tolist(), "participant")
            if self.deed.mechanism == "same_card":
                psn = np.repeat(psn[: max(2, n // 3)], int(rng.integers(3, 6)))
            self._session(draft, district, month, rng, psn)

    def _session(self, draft: Draft, district: District, month: Month, rng: np.random.Generator, psn: Ints) -> None:
        if self.deed.mechanism == "round_sums":  # each when money is short
            at = np.sort(counter.opening(rng, month, len(psn)))
        else:
            at = counter.queue(rng, self._start(month, rng), len(psn), *_GAPS[self.deed.note])
        basket = self._basket(district, rng, psn)
        marks = counter.Marks(scheme=self.deed.number)
        visits, lines = counter.sell(
            draft,
            district,
            rng,
            psn,
            np.full(len(psn), self.shop),
            at,
            basket,
            marks=marks,
            till=int(rng.integers(1, 3)),
            cert="03",
            off_shelf=not self.real_goods,
        )
        if self.deed.mechanism == "cash_back":
            self._return(draft, rng, visits, lines)

    def _start(self, month: Month, rng: np.random.Generator) -> int:
        day = int(rng.integers(0, 6) if self.deed.mechanism == "drained" else rng.integers(0, month.days - 1))
        hours = (23 * 3600, 27 * 3600) if self.deed.mechanism == "after_hours" else (8 * 3600, 19 * 3600)
        return month.beg + day * DAY + int(rng.integers(*hours))

    def _basket(self, district: District, rng: np.random.Generator, psn: Ints) -> counter.Basket:
        """Dear goods to the wanted sum; in the easy case everybody's basket is the same."""
        n, level, way = len(psn), self.deed.note, self.deed.mechanism
        if way == "drained":
            return self._emptied(district, rng, psn)
        few = rng.choice(self.goods, size=min(len(self.goods), {"easy": 2, "medium": 4, "hard": 8}[level]), replace=False)
        items = [[int(i) for i in few[:2]]] * n if level == "easy" else counter.mixed(rng, few, n, 1, 2)
        basket = counter.Basket.of(items, [[int(c) for c in rng.integers(1, 4, len(x))] for x in items])
        if way != "round_sums":
            return basket
        basket = counter.Basket.of([[x[0]] for x in items])
        total = rng.choice([100, 200, 300, 500] if level != "hard" else [100, 120, 150, 200, 260], n)
        return counter.Basket(basket.row, basket.item, basket.cnt, total * 1_000_000)

    def _emptied(self, district: District, rng: np.random.Generator, psn: Ints) -> counter.Basket:
        """As much of one article as the account holds, to the last boxes; a hard case leaves something."""
        item = rng.choice(self.goods, len(psn))
        price = district.goods.price[item] // 10_000
        leave = {"easy": 0.0, "medium": 0.04, "hard": 0.15}[self.deed.note]
        want = district.carry.purse[psn] * (1 - rng.uniform(0, leave + 1e-9, len(psn)))
        first = np.maximum(1, (want // price).astype(np.int64))
        rest = np.maximum(want - first * price, 0)
        filler = np.argsort(district.goods.price[self.goods])[:1]
        cheap = int(self.goods[filler[0]])
        second = (rest // (district.goods.price[cheap] // 10_000)).astype(np.int64)
        row = np.concatenate([np.arange(len(psn)), np.flatnonzero(second > 0)])
        return counter.Basket(
            row,
            np.concatenate([item, np.full(int((second > 0).sum()), cheap)]),
            np.minimum(np.concatenate([first, second[second > 0]]), 12),
            np.full(len(row), -1),
        )

    def _return(self, draft: Draft, rng: np.random.Generator, visits: pl.DataFrame, lines: pl.DataFrame) -> None:
        """The boxes come back within minutes, the fund's money does not: a 3506 without a refund."""
        back = lines.join(visits.select("vid", "inst", "psn", "settled"), on="vid").filter(pl.Series(rng.random(lines.height) < 0.8))
        draft.add(
            "sale",
            rows(
                "sale",
                back.height,
                move="return",
                inst=back["inst"],
                item=back["item"],
                at=back["settled"] + pl.Series(rng.integers(200, 3000, back.height)),
                cnt=back["cnt"],
                psn=back["psn"],
                vid=back["vid"],
                off_shelf=not self.real_goods,
                scheme=self.deed.number,
                codes="-",
            ),
        )

    def after(self, draft: Draft, district: District, month: Month) -> None:
        """Nothing more."""


def plant(cast: Cast, deed: Deed, turn: int) -> CardCashing:
    """Cast one scheme."""
    shop = cast.crook("pharmacy", "cash for cards")
    deed.mechanism, deed.note = WAYS[turn % len(WAYS)], LEVELS[(turn // 2) % 3]
    n = int(_CARDS[deed.note][1] * _CROWD.get(deed.mechanism, 1.5 if deed.note != "hard" else 1.8))
    near = cast.adults(near=shop, employee=True)
    holders = cast.folk(n, near if len(near) > 4 * n else cast.adults(employee=True))
    goods = counter.shelf(cast.district, shop, ("tonic", "dear", "heart", "pain"))
    deed.join("institution", [shop], "organiser")
    return CardCashing(deed, shop, holders, goods, cast.months(turn), real_goods=deed.note == "hard" or bool(cast.rng.random() < 0.3))
