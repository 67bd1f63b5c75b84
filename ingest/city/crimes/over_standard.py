"""Above the standard (超标准收费): given, but charged dearer, oftener, longer or at a higher grade than the standard allows.

Ways: a mark-up on chosen articles; the day of discharge counted as a bed day; the first grade of nursing for whom the order
says the second; more in a day than a day can hold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city.bills import order_number
from ingest.city.cast import Cast
from ingest.city.chance import Ints
from ingest.city.crimes.house import House, Scene, possible, sends, some, step
from ingest.city.district import District
from ingest.city.key import Deed
from ingest.city.period import DAY
from ingest.city.rows import Draft

WAYS = ("marked_up", "day_of_discharge", "higher_grade", "more_than_a_day")
_DEAR = ("c_infuse", "c_dress", "c_syringe", "inj_abx", "inj_neuro", "inj_gi", "tcm_inj", "fluid", "gi", "heart", "pain")
_DAILY = ("round", "phlegm", "nurse2")
"""What the standard pays once a day; oxygen and monitors go by the hour."""
_FEEDS = {"marked_up": ("store",)}
"""The book of the store says what a box cost."""


@dataclass
class OverStandard(House):
    """One institution, and the articles on which it has settled."""

    items: Ints
    factor: float

    def bill(self, scene: Scene) -> None:
        draft, district, rng = scene.draft, scene.district, scene.rng
        {
            "marked_up": self._marked_up,
            "day_of_discharge": self._last_day,
            "higher_grade": self._grade,
            "more_than_a_day": self._more,
        }[self.deed.mechanism](draft, district, rng)

    def write(self, scene: Scene) -> None:
        """The chart keeps the grade that the doctor ordered."""
        draft = scene.draft
        if self.deed.mechanism == "higher_grade":
            mine = draft.take("line").filter(self.mine())
            forged = order_number(mine["vid"].to_numpy(), mine["item"].to_numpy())
            draft.put("order", draft.take("order").filter(~pl.col("number").is_in(forged)))

    def _marked_up(self, draft: Draft, district: District, rng: np.random.Generator) -> None:
        visits = pl.concat([self.stays(draft, 0), self.contacts(draft)])
        lines = self.lines(draft, visits, self.items)
        lines = some(rng, lines, self.share(rng, easy=(0.85, 1.0), medium=(0.5, 0.8), hard=(0.25, 0.45)), 6)
        price = np.round(district.goods.price[lines["item"].to_numpy()] * self.factor, -4).astype(np.int64)
        draft.amend(lines.select("lid", price=pl.Series(price, dtype=pl.Int64), scheme=pl.lit(self.deed.number, pl.Int32)))

    def _last_day(self, draft: Draft, district: District, rng: np.random.Generator) -> None:
        """In and out both counted."""
        stays = some(rng, self.stays(draft), self.share(rng, easy=(0.85, 1.0), medium=(0.5, 0.8), hard=(0.25, 0.45)))
        usual = draft.take("line").filter(pl.col("item").is_in(district.goods.uses["bed"]) & pl.col("vid").is_in(stays["vid"].implode()))
        usual = usual.sort("lid").unique("vid", keep="last", maintain_order=True).select("vid", "item")
        stays = stays.join(usual, on="vid", how="inner", maintain_order="left")
        at = np.maximum(stays["end"].to_numpy() - rng.integers(300, 1500, stays.height), stays["end"].to_numpy() // DAY * DAY + 300)
        self.charge(draft, stays, stays["item"].to_numpy(), at)

    def _grade(self, draft: Draft, district: District, rng: np.random.Generator) -> None:
        """Patients who were never severe."""
        second, first = district.goods.one("nurse2"), district.goods.one("nurse1")
        stays = self.stays(draft)
        severe = draft.take("line").filter(pl.col("item") == first)["vid"]
        stays = some(
            rng, stays.filter(~pl.col("vid").is_in(severe.implode())), self.share(rng, easy=(0.8, 1), medium=(0.5, 0.75), hard=(0.3, 0.5))
        )
        lines = self.lines(draft, stays, [second])
        lines = some(rng, lines, self.share(rng, easy=(0.9, 1.0), medium=(0.6, 0.9), hard=(0.35, 0.6)))
        order = pl.Series(order_number(lines["vid"].to_numpy(), first))
        draft.amend(lines.select("lid", item=pl.lit(first, pl.Int32), order=order, scheme=pl.lit(self.deed.number, pl.Int32)))

    def _more(self, draft: Draft, district: District, rng: np.random.Generator) -> None:
        """What can be charged once a day is charged two or three times."""
        items = np.concatenate([district.goods.uses[use] for use in _DAILY])
        lines = self.lines(draft, self.stays(draft), np.intersect1d(items, self.items) if self.deed.note == "hard" else items)
        lines = some(rng, lines, self.share(rng, easy=(0.5, 0.8), medium=(0.25, 0.45), hard=(0.3, 0.6)))
        cnt = pl.Series(rng.integers(2, 4 if self.deed.note == "easy" else 3, lines.height).astype(float))
        draft.amend(lines.select("lid", cnt=cnt, scheme=pl.lit(self.deed.number, pl.Int32)))


def plant(cast: Cast, deed: Deed, turn: int) -> OverStandard | None:
    """Cast one scheme."""
    goods, rng = cast.district.goods, cast.rng
    step(deed, WAYS, turn)
    inst = possible(cast, deed, WAYS, lambda way: sends(cast, *_FEEDS.get(way, ())))
    if inst is None:
        return None
    uses = _DAILY if deed.mechanism == "more_than_a_day" else _DEAR
    few = rng.permutation(np.array(uses))[: {"easy": 6, "medium": 4, "hard": 2}[deed.note]].tolist()
    items = np.concatenate([goods.uses[use] for use in few])
    factor = float(rng.uniform(*{"easy": (1.5, 2.2), "medium": (1.2, 1.5), "hard": (1.08, 1.2)}[deed.note]))
    deed.join("institution", [inst], "provider")
    return OverStandard(deed, inst, cast.months(turn), items, factor)
