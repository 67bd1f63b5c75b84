"""Swapped drugs (串换药品): the customer takes something else home than what the fund is billed for.

Ways: the box that was handed over is scanned under another drug's name; nothing is scanned at all; the shop bills more of a
dear drug than it ever bought; its own article number quietly points to another article.
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
from ingest.city.rows import Draft, rows
from ingest.city.stock import lines_of

WAYS = ("foreign_code", "nothing_scanned", "more_than_bought", "article_drift")
_SHARE = {"easy": (0.22, 0.34), "medium": (0.12, 0.2), "hard": (0.05, 0.09)}
_DEAR = ("dear", "heart", "lipid", "dm", "htn")


@dataclass
class DrugSwap:
    """One shop and the drugs in whose name it sells other things."""

    deed: Deed
    shop: int
    billed: Ints
    active: set[int]

    def before(self, draft: Draft, district: District, month: Month) -> None:
        """Nothing: the shop's real sales come first."""

    def after(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("swap", self.deed.number, month.number)
        refunded = draft.take("visit").filter((pl.col("inst") == self.shop) & (pl.col("refund") > 0))["vid"]
        real = lines_of(draft, district, self.shop).filter((pl.col("codes").str.len_chars() > 5) & ~pl.col("vid").is_in(refunded.implode()))
        real = real.filter(~pl.col("item").is_in(self.billed.tolist())).unique("vid", maintain_order=True)
        n = max(4, round(real.height * float(rng.uniform(*_SHARE[self.deed.note]))))
        taken = real[rng.permutation(real.height)[:n]]
        self._hand_over(draft, taken)
        item = rng.choice(self.billed, taken.height)
        draft.amend(
            pl.DataFrame(
                {
                    "lid": taken["lid"],
                    "item": item,
                    "codes": self._codes(taken),
                    "own": self._own(taken, item),
                    "off_shelf": pl.repeat(True, taken.height, eager=True),
                    "scheme": pl.repeat(self.deed.number, taken.height, eager=True),
                }
            )
        )

    def _codes(self, taken: pl.DataFrame) -> pl.Series:
        """What the scanner sent: the code of the box that went over the counter, or nothing."""
        silent = {"foreign_code": 0.0, "nothing_scanned": 1.0, "more_than_bought": 0.5, "article_drift": 0.3}[self.deed.mechanism]
        quiet = pl.Series("quiet", (np.arange(taken.height) * 7 % 10) < silent * 10)
        return taken.with_columns(quiet).select(sent=pl.when("quiet").then(pl.lit("-")).otherwise("codes"))["sent"]

    def _own(self, taken: pl.DataFrame, item: Ints) -> pl.Series:
        """The shop's own article: what was really sold where the numbering drifted, else the billed drug."""
        return taken["item"].cast(pl.Int32) if self.deed.mechanism == "article_drift" else pl.Series(item.astype(np.int32))

    def _hand_over(self, draft: Draft, taken: pl.DataFrame) -> None:
        """The real box leaves the shelf without a word in the books."""
        draft.add(
            "sale", rows("sale", taken.height, move="silent", inst=taken["inst"], item=taken["item"], at=taken["at"], cnt=taken["cnt"])
        )


def plant(cast: Cast, deed: Deed, turn: int) -> DrugSwap:
    """Cast one scheme."""
    shop = cast.crook("pharmacy", "swap")
    deed.mechanism, deed.note = WAYS[turn % len(WAYS)], LEVELS[(turn // 2) % 3]
    # what was never bought is found at once; a drug that is also sold honestly hides better
    keeps = deed.mechanism == "more_than_bought" or deed.note == "hard"
    pool = counter.shelf(cast.district, shop, _DEAR, kept=keeps)
    billed = cast.rng.choice(pool, size=min(len(pool), int(cast.rng.integers(1, 4))), replace=False)
    deed.join("institution", [shop], "provider")
    return DrugSwap(deed, shop, billed, cast.months(turn))
