"""What went through a hospital's own store? Bought by the lot, handed to departments by the week, counted at the month's end."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city.chance import mix
from ingest.city.district import District
from ingest.city.feeds import senders
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, rows

BOUGHT, ISSUED, BACK, FOUND, LOST = "108", "107", "106", "103", "104"
"""Moves as 3502 codes them."""
_RESERVE = 1.25
"""A lot covers the month's use and a quarter more."""


def month_of(draft: Draft, district: District, month: Month, rng: np.random.Generator) -> None:
    """hosp_stock of the hospitals that send it: every drug and consumable on a bill left the store before."""
    places, goods = district.places, district.goods
    kept = np.isin(goods.list_type, ("101", "301"))
    sends = senders(district, "store") & (places.beds > 0)
    visits = draft.take("visit").select("vid", "inst")
    lines = draft.take("line").filter(pl.col("item").is_in(np.flatnonzero(kept)) & (pl.col("cnt") > 0)).join(visits, on="vid", how="inner")
    lines = lines.filter(pl.Series(sends[lines["inst"].to_numpy()], dtype=pl.Boolean))
    week = ((pl.col("at") - month.beg) // (7 * DAY)).clip(0, 3).cast(pl.Int64).alias("week")
    used = lines.group_by("inst", "item", "dept", week).agg(pl.col("cnt").sum()).sort("inst", "item", "dept", "week")
    spare = np.ceil(used["cnt"].to_numpy() * (1 + rng.uniform(0, 0.04, used.height)))
    at = month.beg + used["week"].to_numpy() * 7 * DAY + rng.integers(9 * 3600 + 1800, 17 * 3600, used.height)
    columns = {name: used[name] for name in ("inst", "item", "dept")}
    draft.add("store", rows("store", used.height, **columns, move=ISSUED, at=at, cnt=spare))
    issued = used.with_columns(cnt=pl.Series(spare)).group_by("inst", "item").agg(pl.col("cnt").sum()).sort("inst", "item")
    _buy(draft, district, month, rng, issued)
    _settle(draft, district, month, rng, used, spare)


def _buy(draft: Draft, district: District, month: Month, rng: np.random.Generator, issued: pl.DataFrame) -> None:
    """Before the first issue, whatever the store lacks, rounded up to whole cartons."""
    inst, item, need = (issued[name].to_numpy() for name in ("inst", "item", "cnt"))
    stored = district.carry.stored
    carton = np.array([10, 20, 50, 100])[mix(inst.astype(np.int64), item.astype(np.int64), 61) % 4]
    lacking = np.ceil(np.maximum(need * _RESERVE - stored[inst, item], 0) / carton) * carton
    stored[inst, item] += lacking - need
    some = np.flatnonzero(lacking > 0)
    at = month.beg + rng.integers(7 * 3600, 9 * 3600, len(some))
    draft.add("store", rows("store", len(some), inst=inst[some], item=item[some], move=BOUGHT, at=at, cnt=lacking[some]))


def _settle(draft: Draft, district: District, month: Month, rng: np.random.Generator, used: pl.DataFrame, spare: np.ndarray) -> None:
    """Departments give some of the rest back; the count finds a little more or less than the book says."""
    rest = spare - used["cnt"].to_numpy()
    back = np.flatnonzero((rest >= 1) & (rng.random(used.height) < 0.5))
    inst, item, cnt = used["inst"].to_numpy()[back], used["item"].to_numpy()[back], np.floor(rest[back])
    np.add.at(district.carry.stored, (inst, item), cnt)
    late = month.end - rng.integers(DAY, 2 * DAY, len(back))
    draft.add("store", rows("store", len(back), inst=inst, item=item, dept=used["dept"].to_numpy()[back], move=BACK, at=late, cnt=cnt))
    pairs = used.select("inst", "item").unique(maintain_order=True)
    pairs = pairs.filter(pl.Series(rng.random(pairs.height) < 0.03, dtype=pl.Boolean))
    inst, item = pairs["inst"].to_numpy(), pairs["item"].to_numpy()
    lost = (rng.random(pairs.height) < 0.7) & (district.carry.stored[inst, item] >= 2)
    np.add.at(district.carry.stored, (inst, item), np.where(lost, -1.0, 1.0))
    move = pl.Series(np.where(lost, LOST, FOUND), dtype=pl.String)
    draft.add("store", rows("store", pairs.height, inst=inst, item=item, move=move, at=month.end - rng.integers(600, 7200, pairs.height)))
