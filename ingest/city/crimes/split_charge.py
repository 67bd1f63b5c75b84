"""Broken into parts (分解项目收费): one service with one price is billed as parts that cost more together.

Ways: a laboratory panel as its single values; the first grade of nursing as the second and a list of small tasks; one infusion as
injections, bottle by bottle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city.bills import order_number
from ingest.city.cast import Cast
from ingest.city.chance import Ints
from ingest.city.crimes.house import House, Scene, possible, sends, some, step
from ingest.city.district import District
from ingest.city.key import Deed
from ingest.city.records.analytes import SINGLES
from ingest.city.rows import Draft

WAYS = ("panel_in_values", "nursing_in_tasks", "infusion_in_bottles")


@dataclass
class SplitCharge(House):
    """One institution that has learnt the price list by heart."""

    whole: str
    """Use that is broken up: a panel, first nursing, infusion."""

    def bill(self, scene: Scene) -> None:
        draft, district, rng = scene.draft, scene.district, scene.rng
        visits = self.stays(draft, 1)
        if self.whole in SINGLES:
            visits = pl.concat([visits, self.contacts(draft)])
        lines = self.lines(draft, visits, district.goods.uses[self.whole])
        lines = some(rng, lines, self.share(rng, easy=(0.8, 1.0), medium=(0.45, 0.7), hard=(0.2, 0.4)), 4)
        if self.deed.mechanism == "infusion_in_bottles":
            self._bottles(draft, district, rng, lines)
        else:
            self._break(draft, district, lines, SINGLES.get(self.whole) or _tasks(district, self.whole))

    def _break(self, draft: Draft, district: District, lines: pl.DataFrame, parts: tuple[str, ...]) -> None:
        """The first part takes the place of the whole, the others follow within the minute; all keep the order of the whole."""
        mark, seen = pl.lit(self.deed.number, pl.Int32), dict[str, int]()
        for at, use in enumerate(parts):
            items = district.goods.uses[use]
            item = pl.lit(int(items[seen.get(use, 0) % len(items)]), pl.Int32)
            seen[use] = seen.get(use, 0) + 1
            if at == 0:
                draft.amend(lines.select("lid", item=item, scheme=mark))
            else:
                lid = pl.Series(draft.number("line", lines.height))
                draft.add("line", lines.with_columns(lid=lid, item=item, scheme=mark, at=pl.col("at") + at))

    def _bottles(self, draft: Draft, district: District, rng: np.random.Generator, lines: pl.DataFrame) -> None:
        part = district.goods.one("inject")
        even = district.goods.price[lines["item"].to_numpy()] * lines["cnt"].to_numpy() / district.goods.price[part]
        cnt = np.ceil(even * rng.uniform(1.15, 1.8, lines.height))
        draft.amend(lines.select("lid", item=pl.lit(part, pl.Int32), cnt=pl.Series(cnt), scheme=pl.lit(self.deed.number, pl.Int32)))

    def write(self, scene: Scene) -> None:
        """The chart asks for the whole as long as parts are billed, and the laboratory reports one panel."""
        draft, district = scene.draft, scene.district
        whole = district.goods.one(self.whole)
        mine = draft.take("line").filter(self.mine()).select("vid", "item").unique(maintain_order=True)
        parts = mine.filter(pl.col("item") != whole)
        numbers: Ints = order_number(parts["vid"].to_numpy(), parts["item"].to_numpy())
        split = pl.col("number").is_in(numbers) & self.unmarked()
        orders = draft.take("order")
        known = orders.filter(pl.col("item") == whole)["vid"]
        asked = orders.filter(split & ~pl.col("vid").is_in(known.implode())).unique("vid", keep="first", maintain_order=True)
        asked = asked.with_columns(
            item=pl.lit(whole, pl.Int32),
            number=pl.Series(order_number(asked["vid"].to_numpy(), whole)),
            text=pl.lit(""),
            scheme=pl.lit(self.deed.number, pl.Int32),
        )
        draft.put("order", _stretched(pl.concat([orders.filter(~split), asked]), whole, draft.take("line").filter(self.mine())))
        if self.whole in SINGLES:
            ours = pl.col("vid").is_in(mine["vid"].implode()) & pl.col("item").is_in(parts["item"].unique().implode())
            one = pl.when(ours).then("report").min().over("vid", "sample")
            self.mark(draft, "test", ours, item=pl.lit(whole), report=one)


def _stretched(orders: pl.DataFrame, whole: int, parts: pl.DataFrame) -> pl.DataFrame:
    """Orders, those of the whole from the first to the last of its parts."""
    span = parts.group_by("vid").agg(first=pl.col("at").min(), last=pl.col("at").max())
    known = orders.join(span, on="vid", how="left", maintain_order="left")
    standing = (pl.col("item") == whole) & (pl.col("kind") == "standing") & pl.col("first").is_not_null()
    begun, ended = pl.min_horizontal("beg", "first"), pl.when(pl.col("end") > 0).then(pl.max_horizontal("end", "last")).otherwise("end")
    return known.with_columns(
        beg=pl.when(standing).then(begun).otherwise("beg").cast(orders.schema["beg"]),
        end=pl.when(standing).then(ended).otherwise("end").cast(orders.schema["end"]),
    ).drop("first", "last")


def _tasks(district: District, whole: str) -> tuple[str, ...]:
    """The grade below and as many small tasks as make it dearer than the grade that was ordered."""
    goods, grade = district.goods, "nurse2" if whole == "nurse1" else "nurse3"
    missing = goods.price[goods.one(whole)] * 1.15 - goods.price[goods.one(grade)]
    tasks = int(np.ceil(missing / goods.price[goods.uses["nurse_extra"]].min()))
    return (grade, *["nurse_extra"] * max(tasks, 2))


def plant(cast: Cast, deed: Deed, turn: int) -> SplitCharge | None:
    """Cast one scheme."""
    step(deed, WAYS, turn)
    inst = possible(cast, deed, WAYS, lambda way: _seen(cast, way))
    if inst is None:
        return None
    panels = tuple(SINGLES)
    whole = {
        "panel_in_values": panels[int(cast.rng.integers(0, len(panels)))],
        "nursing_in_tasks": "nurse1" if cast.district.places.rank[inst] > 1 else "nurse2",
        "infusion_in_bottles": "infuse",
    }[deed.mechanism]
    deed.join("institution", [inst], "provider")
    return SplitCharge(deed, inst, cast.months(turn), whole)


def _seen(cast: Cast, way: str) -> Callable[[int], bool]:
    """Places where a way leaves a trace: who asks for a panel at the desk has no chart, only the laboratory's report."""
    return sends(cast, "test") if way == "panel_in_values" else lambda _: True
