"""Codes used again (追溯码重复结算): one shop settles the code of a box that it has sold, destroyed or sold for cash before.

Ways: one kept lid is scanned all day; last month's codes come again; a cash sale is settled on a card later; a destroyed box is sold.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from ingest.city import counter
from ingest.city.cast import LEVELS, Cast
from ingest.city.district import District
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft
from ingest.city.stock import lines_of

WAYS = ("kept_lid", "last_month", "cash_then_card", "destroyed_then_sold")
_LINES = {"easy": (22, 40), "medium": (10, 18), "hard": (5, 8)}
_TIMES = {"easy": 6, "medium": 3, "hard": 1}
"""How often one code comes again."""


@dataclass
class Reuse:
    """One shop with a drawer of old lids."""

    deed: Deed
    shop: int
    active: set[int]
    old: list[tuple[int, str, int]] = field(default_factory=list)
    """(item, code, time) of boxes sold in earlier months."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        """Nothing: the codes are given out first."""

    def after(self, draft: Draft, district: District, month: Month) -> None:
        rng = district.rng("reuse", self.deed.number, month.number)
        real = self._real(draft, district)
        first = self._first(draft, real)
        if month.number in self.active:
            missing = self._again(draft, real, first, rng)
            self._more(draft, district, month, first, rng, missing)
        kept = first.sample(min(60, first.height), seed=self.deed.number, shuffle=True)
        self.old = [(i, c.split(";")[0], t) for i, c, t in kept.select("item", "codes", "at").iter_rows()]

    def _real(self, draft: Draft, district: District) -> pl.DataFrame:
        refunded = draft.take("visit").filter((pl.col("inst") == self.shop) & (pl.col("refund") > 0))["vid"]
        lines = lines_of(draft, district, self.shop).filter((pl.col("cnt") == 1) & (pl.col("codes").str.len_chars() > 5))
        return lines.filter(~pl.col("vid").is_in(refunded.implode())).sort("at", "lid")

    def _first(self, draft: Draft, real: pl.DataFrame) -> pl.DataFrame:
        """Where the code was used rightly (or lost) before."""
        moves = draft.take("sale").filter(
            (pl.col("inst") == self.shop) & (pl.col("scheme") == 0) & (pl.col("codes").str.len_chars() > 5) & (pl.col("cnt") == 1)
        )
        columns = ["item", "codes", "at"]
        if self.deed.mechanism == "cash_then_card":
            return moves.filter(pl.col("move") == "sale").select(columns)
        if self.deed.mechanism == "destroyed_then_sold":
            gone = moves.filter((pl.col("move") == "change_out") & (pl.col("kind") == "105")).select(columns)
            return pl.concat([gone, real.select(columns)])
        return real.select(columns)

    def _again(self, draft: Draft, real: pl.DataFrame, first: pl.DataFrame, rng: np.random.Generator) -> int:
        """Real sales of the article get an old code; the box that was paid for stays on the shelf. Returns how many are missing."""
        want = int(rng.integers(*_LINES[self.deed.note], endpoint=True))
        sources = [(i, c.split(";")[0], t) for i, c, t in first.select("item", "codes", "at").iter_rows()]
        if self.deed.mechanism == "last_month" and self.old:
            sources = self.old
        elif self.deed.mechanism == "last_month":
            sources = sources[: len(sources) // 3]
        change: dict[int, str] = {}
        used: set[int] = set()
        by_item: dict[int, list[tuple[int, int]]] = {}
        for lid, item, at in real.select("lid", "item", "at").iter_rows():
            by_item.setdefault(item, []).append((lid, at))
        own = dict(real.select("lid", "codes").iter_rows())
        spoken: set[str] = set()
        order = sorted(range(len(sources)), key=lambda k: (-len(by_item.get(sources[k][0], [])), sources[k][2]))
        for item, code, at in (sources[k] for k in order):
            later = [lid for lid, when in by_item.get(item, []) if when > at and lid not in used and own[lid] not in spoken]
            for lid in later[: _TIMES[self.deed.note]]:
                if len(change) < want and own[lid] != code:
                    change[lid] = code
                    used.add(lid)
                    spoken.add(code)
        self._write(draft, change)
        return want - len(change)

    def _more(self, draft: Draft, district: District, month: Month, first: pl.DataFrame, rng: np.random.Generator, missing: int) -> None:
        """A quiet shop has too few real sales for the trick: it invents some."""
        early = first.filter(pl.col("at") < month.end - 6 * DAY)
        n = min(missing // 2, early.height)
        if n < 1:
            return
        old = early[rng.permutation(early.height)[:n].tolist()]
        at = np.minimum((old["at"].to_numpy() // DAY + rng.integers(1, 6, n)) * DAY + rng.integers(9 * 3600, 18 * 3600, n), month.end - DAY)
        near = np.setdiff1d(np.flatnonzero(district.habits.shops[:, 0] == self.shop), district.mortal)
        codes = [code.split(";")[0] for code in old["codes"].to_list()]
        basket = counter.Basket(np.arange(n), old["item"].to_numpy().astype(np.int64), np.ones(n, dtype=np.int64), np.full(n, -1), codes)
        psn = rng.choice(near if len(near) else np.arange(len(district.people)), n)
        counter.sell(
            draft, district, rng, psn, np.full(n, self.shop), at, basket, marks=counter.Marks(scheme=self.deed.number), off_shelf=True
        )

    def _write(self, draft: Draft, change: dict[int, str]) -> None:
        n = len(change)
        marks = {"off_shelf": pl.repeat(True, n, eager=True), "scheme": pl.repeat(self.deed.number, n, eager=True)}
        draft.amend(
            pl.DataFrame(
                {"lid": list(change), "codes": list(change.values()), **marks}, schema_overrides={"lid": pl.Int64, "codes": pl.String}
            )
        )


def plant(cast: Cast, deed: Deed, turn: int) -> Reuse:
    """Cast one scheme."""
    deed.mechanism, deed.note = WAYS[turn % len(WAYS)], LEVELS[(turn // 2) % 3]
    shop = cast.crook("pharmacy", "codes again")
    deed.join("institution", [shop], "provider")
    return Reuse(deed, shop, cast.months(turn, least=0.7))
