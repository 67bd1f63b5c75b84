"""Which orders explain the lines of a stay? One order for each article that needs one, from its first to its last line."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city.bills import order_number
from ingest.city.chance import Bools
from ingest.city.district import District
from ingest.city.period import DAY
from ingest.city.rows import Draft, rows

_NONE = ("bed", "bed_icu", "round", "blood_draw", "nurse_new", "c_infuse", "c_syringe", "c_oxygen", "c_dress", "day_package", "adm_package")
"""What is billed without an order of its own."""
_FORGOTTEN, _OPEN = 0.012, 0.03
"""Orders that were given by word only, and standing orders that nobody stopped."""
_DRUG_WAYS = (
    ("注射", "静滴", "支"),
    ("片", "口服", "片"),
    ("胶囊", "口服", "粒"),
    ("颗粒", "冲服", "袋"),
    ("口服液", "口服", "支"),
    ("丸", "口服", "丸"),
)


def needing(district: District) -> Bools:
    """(item): which articles need an order."""
    return ~np.isin(district.goods.use, _NONE)


def write(draft: Draft, district: District, rng: np.random.Generator) -> None:
    """drord_d for the stays' lines; articles that already have an order keep it."""
    stays = draft.take("visit").filter((pl.col("bed") != "") & ~pl.col("newborn")).select("vid", "beg", "end")
    item = np.flatnonzero(needing(district))
    lines = draft.take("line").filter((pl.col("origin") < 0) & pl.col("item").is_in(item)).join(stays, on="vid", how="inner")
    known = draft.take("order").filter(pl.col("number") > 0)["number"]
    days = (pl.col("at") // DAY).n_unique()
    asked = (
        lines.group_by("vid", "item")
        .agg(
            pl.col("at").min().alias("first"),
            pl.col("at").max().alias("last"),
            days.alias("days"),
            pl.col("doctor").sort_by("at").first(),  # who was there when it began
            pl.col("cnt", "beg", "end").first(),
        )
        .sort("vid", "item")
    )
    asked = asked.with_columns(number=pl.Series(order_number(asked["vid"].to_numpy(), asked["item"].to_numpy().astype(np.int64))))
    asked = asked.filter(~pl.col("number").is_in(known.implode()))
    _add(draft, district, rng, asked.filter(pl.Series(rng.random(asked.height) >= _FORGOTTEN, dtype=pl.Boolean)))


def _add(draft: Draft, district: District, rng: np.random.Generator, asked: pl.DataFrame) -> None:
    n = asked.height
    standing, item = (asked["days"] > 1).to_numpy(), asked["item"].to_numpy()
    begun = np.maximum(asked["first"].to_numpy() - rng.integers(600, 5400, n), asked["beg"].to_numpy() + 300)
    begun = np.minimum(begun, asked["first"].to_numpy())
    stopped = np.where(standing & (rng.random(n) < _OPEN), 0, np.where(standing, asked["last"].to_numpy() + 600, begun))
    name, drug = district.goods.name[item], district.goods.list_type[item] == "101"
    route, unit = (
        np.select([drug & (np.char.find(name, way[0]) >= 0) for way in _DRUG_WAYS], [way[k] for way in _DRUG_WAYS], "") for k in (1, 2)
    )
    often = np.where(standing, np.array(["qd", "bid", "tid"])[rng.integers(0, 3, n)], "st")
    draft.add(
        "order",
        rows(
            "order",
            n,
            vid=asked["vid"],
            beg=begun,
            end=stopped,
            kind=pl.Series(np.where(standing, "standing", "临时"), dtype=pl.String),
            text=pl.Series(often, dtype=pl.String),
            doctor=asked["doctor"],
            item=asked["item"],
            number=asked["number"],
            dose=np.where(drug, asked["cnt"].to_numpy(), 0.0),
            unit=pl.Series(unit, dtype=pl.String),
            route=pl.Series(route, dtype=pl.String),
        ),
    )
