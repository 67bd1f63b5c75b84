"""One thing given, another billed (串换诊疗项目、耗材): the bill names the dearer or the payable one.

Ways: the dear maker's implant for the cheap one; a contrast scan for a plain one; exercise with a therapist for a machine; the dear article
of a ward for the cheap one from its store.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from ingest.city.bills import order_number
from ingest.city.cast import Cast
from ingest.city.chance import Ints
from ingest.city.crimes.house import House, Scene, possible, restock, sends, some, step, unstock
from ingest.city.ills import DEPT
from ingest.city.key import Deed

WAYS = ("plain_for_contrast", "dear_for_cheap_store", "cheap_implant", "machine_for_therapist")
_FEEDS = {"cheap_implant": "implant", "plain_for_contrast": "exam", "machine_for_therapist": "therapy", "dear_for_cheap_store": "store"}
_SWAPS = {
    "cheap_implant": (("c_lens", "c_lens"), ("c_knee", "c_knee"), ("c_plate", "c_plate")),
    "plain_for_contrast": (("ct", "ct"), ("mri", "mri"), ("xray", "ct")),
    "machine_for_therapist": (("physio", "rehab"),),
    "dear_for_cheap_store": (("c_infuse", "c_infuse"), ("inj_abx", "inj_abx"), ("inj_neuro", "inj_neuro"), ("fluid", "fluid")),
}
"""(use that is given, use that is billed); within one use the cheapest for the dearest."""


@dataclass
class ItemSwap(House):
    """One institution and what it passes off as what."""

    pairs: dict[int, int]
    """Given item -> billed item."""
    swapped: dict[int, int] = field(default_factory=dict)
    """Order number of a billed item -> the item that was given (this month)."""
    pieces: dict[tuple[int, int], float] = field(default_factory=dict)

    def bill(self, scene: Scene) -> None:
        draft, rng = scene.draft, scene.rng
        visits = self.stays(draft, 0)
        if self.deed.mechanism == "plain_for_contrast":
            visits = pl.concat([visits, self.contacts(draft)])
        lines = self.lines(draft, visits, list(self.pairs))
        dear = draft.take("line").filter(pl.col("item").is_in(list(self.pairs.values())))
        asked = order_number(lines["vid"].to_numpy(), lines["item"].replace(self.pairs).to_numpy())
        known = order_number(dear["vid"].to_numpy(), dear["item"].to_numpy())  # who has both would show it
        lines = lines.filter(pl.Series(~np.isin(asked, known), dtype=pl.Boolean))
        lines = some(rng, lines, self.share(rng, easy=(0.8, 1.0), medium=(0.5, 0.75), hard=(0.25, 0.45)))
        lines = lines.unique(["vid", "item"], keep="first", maintain_order=True) if self.deed.note == "hard" else lines
        billed = lines["item"].replace(self.pairs).cast(pl.Int32)
        number: Ints = order_number(lines["vid"].to_numpy(), billed.to_numpy())
        draft.amend(lines.select("lid", item=billed, order=pl.Series(number), scheme=pl.lit(self.deed.number, pl.Int32)))
        self.swapped = dict(zip(number.tolist(), lines["item"].to_list(), strict=True))
        sums = lines.group_by("item", maintain_order=True).agg(pl.col("cnt").sum())
        self.pieces = {(given, self.pairs[given]): cnt for given, cnt in sums.iter_rows()}

    def write(self, scene: Scene) -> None:
        """Report, barcode, session and store name what was really given; the order follows the bill of the careful."""
        draft, district, month = scene.draft, scene.district, scene.month
        if self.deed.mechanism == "dear_for_cheap_store":
            for (cheap, billed), pieces in self.pieces.items():
                restock(draft, self.inst, cheap, unstock(draft, district, self.inst, billed, pieces), month)
        number = pl.col("vid") * 1024 + pl.col("item")
        given = number.replace_strict(self.swapped, default=-1, return_dtype=pl.Int32)
        for kind in ("exam", "implant", "therapy"):
            self.mark(draft, kind, number.is_in(list(self.swapped)), item=given)
        if self.deed.note != "hard":
            self.mark(draft, "order", pl.col("number").is_in(list(self.swapped)), item=given)


def plant(cast: Cast, deed: Deed, turn: int) -> ItemSwap | None:
    """Cast one scheme."""
    step(deed, WAYS, turn)
    inst = possible(cast, deed, WAYS, lambda way: fits(cast, way))
    if inst is None:
        return None
    deed.join("institution", [inst], "provider")
    return ItemSwap(deed, inst, cast.months(turn, 0.6), _pairs(cast, inst, deed.mechanism))


def fits(cast: Cast, way: str) -> Callable[[int], bool]:
    """Places where a way is possible and can be seen."""
    district, seen = cast.district, sends(cast, _FEEDS[way])

    def fit(inst: int) -> bool:
        machine = {"cheap_implant": 2, "plain_for_contrast": 1}.get(way, 0)
        gym = way != "machine_for_therapist" or district.staff.count[inst, DEPT["康复治疗室"]] > 0
        return bool(seen(inst) and district.places.scanner[inst] >= machine and gym)

    return fit


def _pairs(cast: Cast, inst: int, way: str) -> dict[int, int]:
    """Each cheap article with a dearer one that the place could have given."""
    goods, pairs = cast.district.goods, dict[int, int]()
    for given, billed in _SWAPS[way]:
        if billed == "mri" and cast.district.places.scanner[inst] < 2:
            continue
        dear = int(goods.uses[billed][np.argmax(goods.price[goods.uses[billed]])])
        pairs |= {int(one): dear for one in goods.uses[given] if goods.price[one] * 1.1 < goods.price[dear]}
    return {given: dear for given, dear in pairs.items() if given not in pairs.values()}
