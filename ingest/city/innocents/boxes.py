"""Why may a code be seen twice, elsewhere or not at all? Returns, split packs, wholesalers, branches, a dead scanner, a new maker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from ingest.city import counter
from ingest.city.cast import Cast
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.innocents import Stories, Story, Told
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, rows
from ingest.city.stock import lines_of

_USES = ("htn", "dm", "lipid", "heart", "cold", "gi")


@dataclass
class CameBack(Story):
    """Sold, returned with a refund, and sold again: at the same shop, or by way of the wholesaler at another."""

    people: Ints
    shop: int
    other: int
    """-1 = the same shop sells it again."""
    sold: list[int] = field(default_factory=list)

    def before(self, draft: Draft, district: District, month: Month) -> None:
        self.sold = []
        if month.number not in self.active:
            return
        rng = district.rng("came back", self.deed.number, month.number)
        n = len(self.people) // 2
        at = month.beg + rng.integers(1, 8, n) * DAY + rng.integers(9 * 3600, 17 * 3600, n)
        goods = counter.shelf(district, self.shop, _USES)
        basket = counter.Basket.of([[int(i)] for i in rng.choice(goods, n, replace=False)])
        visits, lines = counter.sell(draft, district, rng, self.people[:n], np.full(n, self.shop), at, basket, marks=self.marks)
        whole = draft.take("visit")
        table = pl.DataFrame({"vid": visits["vid"], "new": at + rng.integers(3600, DAY, n)})
        draft.put(
            "visit",
            whole.join(table, on="vid", how="left", maintain_order="left")
            .with_columns(refund=pl.coalesce("new", "refund"))
            .select(whole.columns),
        )
        self.sold = lines["lid"].to_list()

    def after(self, draft: Draft, district: District, month: Month) -> None:
        if not self.sold:
            return
        rng = district.rng("came back after", self.deed.number, month.number)
        lines = draft.take("line").filter(pl.col("lid").is_in(self.sold) & (pl.col("codes").str.len_chars() > 5)).sort("lid")
        item, codes, n = lines["item"].to_numpy().astype(np.int64), lines["codes"].to_list(), lines.height
        if not n:
            return
        shop, first = self.shop, month.beg + 12 * DAY
        if self.other >= 0:
            self._by_wholesaler(draft, rng, month, item, codes)
            shop, first = self.other, month.beg + 15 * DAY
        at = first + rng.integers(0, 12, n) * DAY + rng.integers(9 * 3600, 18 * 3600, n)
        psn = self.people[-n:]
        basket = counter.Basket(np.arange(n), item, np.ones(n, dtype=np.int64), np.full(n, -1), codes)
        counter.sell(draft, district, rng, psn, np.full(n, shop), at, basket, marks=self.marks)

    def _by_wholesaler(self, draft: Draft, rng: np.random.Generator, month: Month, item: Ints, codes: Sequence[str]) -> None:
        """The shop gives the boxes back to the wholesaler on the tenth day; the other one buys them on the thirteenth."""
        n = len(item)
        back = month.beg + 10 * DAY + rng.integers(9 * 3600, 16 * 3600, n)
        bought = month.beg + 13 * DAY + rng.integers(8 * 3600, 11 * 3600, n)
        for move, inst, at in (("supplier_return", self.shop, back), ("purchase", self.other, bought)):
            moved = rows("sale", n, move=move, inst=inst, item=item, at=at, codes=pl.Series(codes), supplier=3, story=self.deed.number)
            draft.add("sale", moved)


def _came_back(*, elsewhere: bool) -> Told:
    def cast_it(cast: Cast, deed: Deed, turn: int) -> Story | None:
        shop, other = cast.upright("pharmacy"), cast.upright("pharmacy")
        if shop == other:
            return None
        people = cast.folk(int(cast.rng.integers(3, 6)) * 2, cast.adults())
        deed.join("institution", [shop, other] if elsewhere else [shop])
        deed.join("patient", people.tolist())
        return CameBack(deed, cast.months(turn), people, shop, other if elsewhere else -1)

    return cast_it


@dataclass
class SplitPack(Story):
    """One box opened for several customers; every part carries the box's code and the split mark."""

    people: Ints
    shop: int

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("split", self.deed.number, month.number)
        items = rng.choice(counter.shelf(district, self.shop, _USES), 3, replace=False)
        at = month.beg + rng.integers(0, 4, 3) * DAY + 8 * 3600
        draft.add("sale", rows("sale", 3, move="opened", inst=self.shop, item=items, at=at, story=self.deed.number))

    def after(self, draft: Draft, district: District, month: Month) -> None:
        opened = draft.take("sale").filter((pl.col("move") == "opened") & (pl.col("story") == self.deed.number))
        rng = district.rng("split after", self.deed.number, month.number)
        for item, start, code in opened.select("item", "at", "codes").iter_rows():
            psn = rng.choice(self.people, 4, replace=False)
            at = np.sort(start + rng.integers(0, 20, 4) * DAY + rng.integers(1800, 9 * 3600, 4))
            basket = counter.Basket(np.arange(4), np.full(4, item), np.full(4, 0.25), np.full(4, -1), [code] * 4)
            counter.sell(draft, district, rng, psn, np.full(4, self.shop), at, basket, marks=self.marks, off_shelf=True, split=True)


def _split(cast: Cast, deed: Deed, turn: int) -> Story | None:
    shop = cast.upright("pharmacy")
    people = cast.folk(8, cast.adults(near=shop))
    deed.join("institution", [shop])
    deed.join("patient", people.tolist())
    return SplitPack(deed, cast.months(turn), people, shop)


@dataclass
class Branches(Story):
    """One branch of a chain lends boxes to another (3502 out and in), which sells them."""

    people: Ints
    shop: int
    other: int

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("branches", self.deed.number, month.number)
        n = len(self.people)
        items = rng.choice(counter.shelf(district, self.shop, _USES), n)
        at = month.beg + rng.integers(2, 10) * DAY + np.full(n, 10 * 3600)
        draft.add("sale", rows("sale", n, move="change_out", kind="102", inst=self.shop, item=items, at=at, story=self.deed.number))

    def after(self, draft: Draft, district: District, month: Month) -> None:
        lent = draft.take("sale").filter((pl.col("move") == "change_out") & (pl.col("story") == self.deed.number))
        n = lent.height
        if not n:
            return
        rng = district.rng("branches after", self.deed.number, month.number)
        draft.add(
            "sale",
            lent.with_columns(move=pl.lit("change_in"), kind=pl.lit("101"), inst=pl.lit(self.other, pl.Int32), at=pl.col("at") + 7200),
        )
        at = lent["at"].to_numpy() + rng.integers(1, 14, n) * DAY + rng.integers(0, 7 * 3600, n)
        basket = counter.Basket(
            np.arange(n), lent["item"].to_numpy().astype(np.int64), np.ones(n, dtype=np.int64), np.full(n, -1), lent["codes"].to_list()
        )
        counter.sell(draft, district, rng, self.people[:n], np.full(n, self.other), at, basket, marks=self.marks)


def _branches(cast: Cast, deed: Deed, turn: int) -> Story | None:
    chain = cast.district.places.chain[cast.honest["pharmacy"]]
    sizes = np.bincount(chain[chain >= 0]) if (chain >= 0).any() else np.zeros(1, dtype=int)
    if sizes.max() < 2:
        return None
    wanted = int(np.flatnonzero(sizes >= 2)[turn % int((sizes >= 2).sum())])
    shop, other = (int(s) for s in cast.rng.permutation(cast.honest["pharmacy"][chain == wanted])[:2])
    people = cast.folk(int(cast.rng.integers(5, 9)), cast.adults(near=other))
    deed.join("institution", [shop, other])
    return Branches(deed, cast.months(turn), people, shop, other)


@dataclass
class Scanner(Story):
    """The scanner is broken for a day: everything is sold without codes, the boxes leave the shelf all the same."""

    shop: int

    def after(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("scanner", self.deed.number, month.number)
        day = month.beg + int(rng.integers(1, month.days - 2)) * DAY
        lines = lines_of(draft, district, self.shop).filter((pl.col("at") >= day) & (pl.col("at") < day + DAY) & (pl.col("cnt") > 0))
        n = lines.height
        draft.amend(
            pl.DataFrame({"lid": lines["lid"], "codes": pl.repeat("-", n, eager=True), "story": pl.repeat(self.deed.number, n, eager=True)})
        )


def _scanner(cast: Cast, deed: Deed, turn: int) -> Story | None:
    shop = cast.upright("pharmacy")
    deed.join("institution", [shop])
    return Scanner(deed, cast.months(turn), shop)


@dataclass
class NewMaker(Story):
    """The shop changes the maker of an article under its own old number, and buys the new one."""

    shop: int
    old: int
    new: int
    since: int

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number < self.since:
            return
        lines = lines_of(draft, district, self.shop).filter(pl.col("item") == self.old)
        n = lines.height
        draft.amend(
            pl.DataFrame(
                {
                    "lid": lines["lid"],
                    "item": pl.repeat(self.new, n, eager=True),
                    "own": pl.repeat(self.old, n, eager=True),
                    "story": pl.repeat(self.deed.number, n, eager=True),
                }
            )
        )


def _maker(cast: Cast, deed: Deed, turn: int) -> Story | None:
    shop, goods = cast.upright("pharmacy"), cast.district.goods
    kept = counter.shelf(cast.district, shop, ("htn", "cold", "dm", "heart"))
    pairs = [(int(a), int(b)) for a in kept for b in np.flatnonzero(goods.name == goods.name[a]) if a != b and int(b) in set(kept.tolist())]
    if not pairs:
        return None
    old, new = pairs[int(cast.rng.integers(0, len(pairs)))]
    deed.join("institution", [shop])
    return NewMaker(deed, set(), shop, old, new, turn % max(1, len(cast.calendar) // 2))


STORIES: Stories = {
    "return_and_rescan": ("trace_code_reuse", "returned with a refund (3506) and sold again", _came_back(elsewhere=False)),
    "split_pack": ("trace_code_reuse", "one opened box for several customers, marked as split", _split),
    "wholesale_return": (
        "reflux_drug",
        "returned to the shop, by the shop to the wholesaler (3504), bought and sold by another",
        _came_back(elsewhere=True),
    ),
    "branch_transfer": ("reflux_drug", "lent from branch to branch (3502) and sold there", _branches),
    "dead_scanner": ("drug_swap", "the scanner was broken for a day; the boxes left the shelf", _scanner),
    "new_maker": ("drug_swap", "another maker's article under the shop's own number, really bought", _maker),
}
