"""Coded too high (高套病种、高套项目): the group or the service that pays more is billed, the chart knows the smaller one.

Ways: a graver diagnosis, with a few lines that make it look likely; a bigger operation than the surgeon did; the emergency fee for whoever
comes by day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city.bills import order_number
from ingest.city.cast import Cast
from ingest.city.crimes.house import House, Scene, possible, some, step, within
from ingest.city.district import District
from ingest.city.ills import BY_CODE
from ingest.city.key import Deed
from ingest.city.rows import Draft

WAYS = ("graver_diagnosis", "bigger_operation", "emergency_fee")
_GRAVER = {
    "J06.900": "J18.900",
    "J20.900": "J18.900",
    "J06.903": "J18.000",
    "J45.900": "J44.100",
    "J18.900": "A41.900",
    "I25.100": "I20.000",
    "I10.x00": "I50.900",
    "I69.300": "I63.900",
    "N73.900": "A41.900",
}
"""What it is -> what is coded."""
_BIGGER = {
    "阑尾切除术": "肠粘连松解术",
    "胆囊切除术": "肠粘连松解术",
    "肠粘连松解术": "胃肠穿孔修补术",
    "结肠息肉内镜切除术": "胃肠穿孔修补术",
    "腹股沟疝无张力修补术": "肠粘连松解术",
    "单胎顺产接生": "剖宫产术",
    "输尿管镜碎石取石术": "肠粘连松解术",
    "骨折切开复位内固定术": "人工全膝关节置换术",
}
_LIKELY = ("rescue2", "rescue3", "ecg_mon", "oxygen", "spo2", "phlegm")
"""What is added so that a graver diagnosis looks likely."""


@dataclass
class Upcoding(House):
    """One institution that codes for money."""

    def bill(self, scene: Scene) -> None:
        draft, district, rng = scene.draft, scene.district, scene.rng
        {"graver_diagnosis": self._likely, "bigger_operation": self._operation, "emergency_fee": self._emergency}[self.deed.mechanism](
            draft, district, rng
        )

    def write(self, scene: Scene) -> None:
        """The discharge sheet is coded when the chart is written."""
        draft, district = scene.draft, scene.district
        mine = draft.take("line").filter(self.mine())
        if self.deed.mechanism == "graver_diagnosis":
            coded = {BY_CODE[mild]: BY_CODE[grave] for mild, grave in _GRAVER.items()}
            vids = mine["vid"].unique(maintain_order=True)
            self.mark(draft, "visit", pl.col("vid").is_in(vids.implode()), ill=pl.col("ill").replace(coded))
        elif self.deed.mechanism == "bigger_operation":
            bigger = _names(district, _BIGGER)
            done = pl.col("vid").is_in(mine["vid"].implode()) & pl.col("item").is_in(list(bigger))
            self.mark(draft, "operation", done, item=pl.col("item").replace(bigger))

    def _likely(self, draft: Draft, district: District, rng: np.random.Generator) -> None:
        mild = [BY_CODE[code] for code in _GRAVER]
        stays = self.stays(draft).filter(pl.col("ill").is_in(mild))
        stays = some(rng, stays, self.share(rng, easy=(0.8, 1.0), medium=(0.5, 0.75), hard=(0.3, 0.5)))
        for use in rng.permutation(np.array(_LIKELY))[: {"easy": 3, "medium": 2, "hard": 1}[self.deed.note]].tolist():
            item = np.full(stays.height, district.goods.one(use))
            self.charge(draft, stays, item, within(rng, stays))

    def _operation(self, draft: Draft, district: District, rng: np.random.Generator) -> None:
        bigger = _names(district, _BIGGER)
        entered = draft.take("operation").filter(self.unmarked())["vid"]
        stays = self.stays(draft, 0).filter(pl.col("vid").is_in(entered.implode()))
        lines = self.lines(draft, stays, list(bigger))
        lines = some(rng, lines, self.share(rng, easy=(0.85, 1.0), medium=(0.5, 0.8), hard=(0.3, 0.5)), 1)
        item = lines["item"].replace(bigger).cast(pl.Int32)
        order = pl.Series(order_number(lines["vid"].to_numpy(), item.to_numpy()))
        draft.amend(lines.select("lid", item=item, order=order, scheme=pl.lit(self.deed.number, pl.Int32)))

    def _emergency(self, draft: Draft, district: District, rng: np.random.Generator) -> None:
        plain = [district.goods.one("visit"), district.goods.one("visit_gp")]
        lines = self.lines(draft, self.contacts(draft).filter(pl.col("med") == "11"), plain)
        lines = some(rng, lines, self.share(rng, easy=(0.6, 0.9), medium=(0.3, 0.5), hard=(0.12, 0.25)))
        item = pl.lit(district.goods.one("visit_em"), pl.Int32)
        draft.amend(lines.select("lid", item=item, scheme=pl.lit(self.deed.number, pl.Int32)))


def _names(district: District, pairs: dict[str, str]) -> dict[int, int]:
    """Pairs of names as pairs of items."""
    item = {name: at for at, name in enumerate(district.goods.name.tolist())}
    return {item[small]: item[big] for small, big in pairs.items()}


def plant(cast: Cast, deed: Deed, turn: int) -> Upcoding | None:
    """Cast one scheme."""
    places = cast.district.places
    step(deed, WAYS, turn)
    inst = possible(cast, deed, WAYS, lambda way: lambda one: places.scanner[one] == 2 or way != "bigger_operation")
    if inst is None:
        return None
    deed.join("institution", [inst], "provider")
    return Upcoding(deed, inst, cast.months(turn, 0.7))
