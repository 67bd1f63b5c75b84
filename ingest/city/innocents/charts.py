"""Why may paper look made up? A laboratory outside, a note written late, an article that was out of stock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city.bills import order_number
from ingest.city.cast import Cast
from ingest.city.district import District
from ingest.city.feeds import senders
from ingest.city.innocents import Stories, Story, Told
from ingest.city.innocents.wards import Ward
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, Value, rows


@dataclass
class Chart(Ward):
    """Something about the records of one hospital's real stays."""

    def change(self, draft: Draft, kind: str, hit: pl.Expr, **given: pl.Expr) -> None:
        """Change unmarked rows of a kind and put them into the story."""
        hit = hit & (pl.col("scheme") == 0) & (pl.col("story") == 0)
        frame, number = draft.take(kind), pl.lit(self.deed.number, pl.Int32)
        changed = {name: pl.when(hit).then(value).otherwise(name).cast(frame.schema[name]) for name, value in given.items()}
        draft.put(kind, frame.with_columns(**changed, story=pl.when(hit).then(number).otherwise("story")))


@dataclass
class OutsideLab(Chart):
    """Samples of one month go to a laboratory outside; its reports come days after."""

    def after(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        stays = self.stays(draft).head(6)
        slow = district.goods.uses["coag"].tolist() + district.goods.uses["liver"].tolist()
        hit = pl.col("vid").is_in(stays["vid"].implode()) & pl.col("item").is_in(slow)
        self.change(draft, "test", hit, reported=pl.col("at") + 4 * DAY + pl.col("report") % (3 * DAY))
        self.deed.join("patient", stays["psn"].to_list())


@dataclass
class LateNote(Chart):
    """Written down two days after, and it says so."""

    def after(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        stays = self.stays(draft).head(5)
        late = pl.col("kind").is_in(["progress", "operation"]) & pl.col("vid").is_in(stays["vid"].implode())
        self.change(draft, "note", late, at=pl.col("at") + 2 * DAY, text=pl.lit("补记：") + pl.col("text"))
        self.deed.join("patient", stays["psn"].to_list())
        del district


@dataclass
class OutOfStock(Chart):
    """The ordered article was out of stock: a second order, and bill and store name the other one."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        items = district.goods.uses["inj_abx"]
        stays, mark = self.stays(draft), pl.lit(self.deed.number, pl.Int32)
        free = (pl.col("scheme") == 0) & (pl.col("story") == 0) & pl.col("item").is_in(items)
        lines = draft.take("line").filter(free & pl.col("vid").is_in(stays["vid"].implode())).sort("lid")
        lines = lines.unique("vid", keep="first", maintain_order=True).head(5)
        other = items[(np.searchsorted(items, lines["item"].to_numpy()) + 3) % len(items)]
        order = pl.Series(order_number(lines["vid"].to_numpy(), other))
        draft.amend(lines.select("lid", item=pl.Series(other), order=order, story=mark))
        given: dict[str, Value] = {"beg": lines["at"] - 7200, "end": lines["at"] - 3600, "text": "缺货，改用同类", "kind": "临时"}
        first = {name: lines[name] for name in ("vid", "doctor", "item")}
        draft.add("order", rows("order", lines.height, **first, **given, story=self.deed.number))
        self.deed.join("patient", stays.filter(pl.col("vid").is_in(lines["vid"].implode()))["psn"].to_list())


def _chart(kind: type[Chart], feed: str) -> Told:
    def cast_it(cast: Cast, deed: Deed, turn: int) -> Story | None:
        pool = cast.honest["wards"]
        pool = pool[senders(cast.district, feed)[pool]]
        return kind(deed, cast.months(turn), int(cast.rng.choice(pool)), frozenset(cast.taken)) if len(pool) else None

    return cast_it


STORIES: Stories = {
    "outside_laboratory": ("phantom_billing", "a laboratory outside: its reports come days after", _chart(OutsideLab, "test")),
    "written_late": ("forged_records", "written down two days after, and it says so", _chart(LateNote, "note")),
    "out_of_stock": ("item_swap", "out of stock: another article on a second order, as billed", _chart(OutOfStock, "store")),
}
