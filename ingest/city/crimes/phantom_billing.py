"""Charged and never given (虚记费用): the patient was there, some of the lines are not true.

Ways: more implants than were placed; tests that nobody did; goods that the store never had; exercises without a session; monitors that
nobody ordered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from ingest.city.bills import order_number
from ingest.city.cast import Cast
from ingest.city.chance import Ints
from ingest.city.crimes.house import House, Scene, possible, sends, some, step, unstock, within
from ingest.city.ills import DEPT
from ingest.city.key import Deed
from ingest.city.rows import Draft

WAYS = ("tests_without_report", "more_than_the_store_had", "more_implants", "exercise_without_session", "monitor_without_order")
_TESTS = ("us", "xray", "ecg", "liver", "kidney", "coag", "crp", "lab_k", "lab_na", "urine")
_GOODS = ("inj_abx", "inj_neuro", "inj_gi", "inj_resp", "c_infuse", "c_dress", "c_syringe", "fluid")
_IMPLANTS = ("c_plate", "c_stent", "c_mesh", "c_lens", "c_knee")
_MONITORS = ("ecg_mon", "spo2", "oxygen", "phlegm")
_FEEDS = {
    "tests_without_report": ("exam", "test"),
    "more_than_the_store_had": ("store",),
    "more_implants": ("implant",),
    "exercise_without_session": ("therapy",),
}


@dataclass
class PhantomBilling(House):
    """One institution and what it adds to its bills."""

    items: Ints
    placed: dict[int, int] = field(default_factory=dict)
    """Order number of an implant -> how many were really placed."""

    def bill(self, scene: Scene) -> None:
        draft, rng = scene.draft, scene.rng
        if self.deed.mechanism == "more_implants":
            self._implants(draft, rng)
        elif self.deed.mechanism == "more_than_the_store_had":
            self._goods(draft, rng)
        else:
            visits = self.stays(draft)
            if self.deed.mechanism == "tests_without_report":
                visits = pl.concat([visits, self.contacts(draft)])
            self._add(draft, rng, visits)

    def _add(self, draft: Draft, rng: np.random.Generator, visits: pl.DataFrame) -> None:
        """A few articles, each on a share of the bills that do not carry it."""
        share = self.share(rng, easy=(0.55, 0.85), medium=(0.3, 0.5), hard=(0.12, 0.25))
        for item in self.items[: {"easy": 5, "medium": 3, "hard": 2}[self.deed.note]].tolist():
            here = self.absent(draft, visits, np.full(visits.height, item))
            here = here[rng.random(len(here)) < share]
            chosen = visits[here.tolist()]
            for _ in range(3 if self.deed.mechanism != "tests_without_report" else 1):
                self.charge(draft, chosen, np.full(len(here), item), within(rng, chosen))

    def _goods(self, draft: Draft, rng: np.random.Generator) -> None:
        """Two or three times what was used."""
        lines = self.lines(draft, self.stays(draft, 1), self.items)
        lines = some(rng, lines, self.share(rng, easy=(0.7, 0.95), medium=(0.45, 0.65), hard=(0.25, 0.4)), 4)
        more = lines["cnt"].to_numpy() + rng.integers(1, 4 if self.deed.note == "easy" else 3, lines.height)
        draft.amend(lines.select("lid", cnt=pl.Series(more, dtype=pl.Float64), scheme=pl.lit(self.deed.number, pl.Int32)))
        self.placed = {}
        for item, cnt, given in zip(lines["item"].to_list(), more.tolist(), lines["cnt"].to_list(), strict=True):
            self.placed[item] = self.placed.get(item, 0) + int(cnt - given)

    def _implants(self, draft: Draft, rng: np.random.Generator) -> None:
        lines = self.lines(draft, self.stays(draft, 0), self.items)
        lines = some(rng, lines, self.share(rng, easy=(0.8, 1.0), medium=(0.5, 0.7), hard=(0.25, 0.45)), 1)
        number = order_number(lines["vid"].to_numpy(), lines["item"].to_numpy())
        self.placed = dict(zip(number.tolist(), lines["cnt"].cast(pl.Int64).to_list(), strict=True))
        more = lines["cnt"].to_numpy() + rng.integers(1, 3 if self.deed.note == "easy" else 2, lines.height)
        draft.amend(lines.select("lid", cnt=pl.Series(more, dtype=pl.Float64), scheme=pl.lit(self.deed.number, pl.Int32)))

    def write(self, scene: Scene) -> None:
        """The paper knows only what was done; an order is forged by the careful."""
        draft, district = scene.draft, scene.district
        if self.deed.mechanism == "more_than_the_store_had":
            for item, pieces in sorted(self.placed.items()):
                unstock(draft, district, self.inst, item, pieces)
            return
        mine = draft.take("line").filter(self.mine())
        forged = pl.Series(order_number(mine["vid"].to_numpy(), mine["item"].to_numpy())).unique().sort()
        number = pl.col("vid") * 1024 + pl.col("item")
        if self.deed.mechanism == "more_implants":
            turn = pl.int_range(pl.len()).over("vid", "item")
            surplus = turn >= number.replace_strict(self.placed, default=99, return_dtype=pl.Int64)
            draft.put("implant", draft.take("implant").filter(~surplus))
            return
        for kind in ("exam", "test", "therapy"):
            draft.put(kind, draft.take(kind).filter(~number.is_in(forged.implode())))
        if self.deed.note == "easy" or self.deed.mechanism == "monitor_without_order":
            draft.put("order", draft.take("order").filter(~pl.col("number").is_in(forged.implode())))


def plant(cast: Cast, deed: Deed, turn: int) -> PhantomBilling | None:
    """Cast one scheme."""
    district, rng = cast.district, cast.rng
    step(deed, WAYS, turn)
    inst = possible(cast, deed, WAYS, lambda way: fits(cast, way))
    if inst is None:
        return None
    goods = district.goods
    uses = {
        "tests_without_report": _TESTS,
        "more_than_the_store_had": _GOODS,
        "more_implants": _IMPLANTS,
        "exercise_without_session": ("rehab", "physio"),
        "monitor_without_order": _MONITORS,
    }[deed.mechanism]
    items = rng.permutation(np.concatenate([goods.uses[use] for use in uses]))
    if deed.mechanism == "more_than_the_store_had":
        few = rng.permutation(np.array(uses))[: {"easy": 5, "medium": 3, "hard": 2}[deed.note]].tolist()
        items = np.concatenate([goods.uses[use] for use in few])
    deed.join("institution", [inst], "provider")
    return PhantomBilling(deed, inst, cast.months(turn, 0.6), items)


def fits(cast: Cast, way: str) -> Callable[[int], bool]:
    """Places where a way is possible and can be seen."""
    district, seen = cast.district, sends(cast, *_FEEDS.get(way, ()))

    def fit(inst: int) -> bool:
        theatre = way != "more_implants" or district.places.scanner[inst] == 2
        gym = way != "exercise_without_session" or district.staff.count[inst, DEPT["康复治疗室"]] > 0
        return bool(seen(inst) and theatre and gym)

    return fit
