"""The same basket of several drugs for many cards at one shop within a few days, far oftener than its drugs are popular there."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from graph.significance import benjamini_hochberg, poisson_tail
from kg.rule import Value
from kg.statistics import rows_of

READS = ("till_run", "net_line")
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("setl_d_rows", rows_of("setl_id"))),
        *(("cards", pa.int64()), ("days", pa.int64()), ("expected_cards", pa.float64()), ("basket", pa.string())),
    ]
)

BASKETS = """
WITH item AS (
  SELECT t.setl_id, t.fixmedins_code, t.psn_no, CAST(t.setl_time AS DATE) AS day, l.med_list_codg, CAST(SUM(l.cnt) AS VARCHAR) AS cnt
  FROM till_run t JOIN net_line l ON l.setl_id = t.setl_id
  GROUP BY ALL)
SELECT setl_id, fixmedins_code, psn_no, day, COUNT(*) AS items,
       STRING_AGG(med_list_codg || ' x ' || cnt, ', ' ORDER BY med_list_codg) AS basket
FROM item GROUP BY ALL"""

POPULARITY = """
SELECT t.fixmedins_code, l.med_list_codg || ' x ' || CAST(SUM(l.cnt) AS VARCHAR) AS item, t.setl_id
FROM till_run t JOIN net_line l ON l.setl_id = t.setl_id
GROUP BY t.fixmedins_code, l.med_list_codg, t.setl_id"""


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per shop, basket and burst of at most `max_days` days."""
    min_items, min_cards = int(parameters["min_items"]), int(parameters["min_cards"])
    baskets = connection.sql(BASKETS).pl()
    several = baskets.filter(pl.col("items") >= min_items)
    bursts = _bursts(several, int(parameters["max_days"])).filter(pl.col("cards") >= min_cards)
    if bursts.is_empty():
        return ANSWER.empty_table()
    judged = _expected(connection, baskets, bursts)
    expected = judged["expected_cards"].to_numpy()
    tail = poisson_tail(judged["cards"].to_numpy().astype(np.int64), expected)
    tests = several.select("fixmedins_code", "basket").unique().height
    stands = benjamini_hochberg(tail, float(parameters["alpha"]), tests)
    excess = judged["cards"].to_numpy() >= float(parameters["ratio"]) * expected
    hits = judged.filter(pl.Series(stands & excess)).sort("fixmedins_code", "basket", "day")
    table: pa.Table = hits.select(
        pl.lit("institution").alias("subject_type"),
        pl.col("fixmedins_code").alias("subject_id"),
        pl.col("settlements").alias("setl_d_rows"),
        pl.col("cards").cast(pl.Int64),
        pl.col("days").cast(pl.Int64),
        pl.col("expected_cards"),
        pl.col("basket"),
    ).to_arrow()
    return table.cast(ANSWER)


def _bursts(baskets: pl.DataFrame, max_days: int) -> pl.DataFrame:
    """For each shop and basket the window of `max_days` days, beginning on a day of sale, that holds most cards."""
    popular = baskets.filter(pl.len().over("fixmedins_code", "basket") > 1)
    starts = popular.select("fixmedins_code", "basket", pl.col("day").alias("start")).unique()
    inside = starts.join(popular, on=["fixmedins_code", "basket"]).filter(
        (pl.col("day") >= pl.col("start")) & (pl.col("day") < pl.col("start").dt.offset_by(f"{max_days}d"))
    )
    counted = inside.group_by("fixmedins_code", "basket", "start").agg(
        cards=pl.col("psn_no").n_unique(),
        days=pl.col("day").n_unique(),
        settlements=pl.struct(setl_id=pl.col("setl_id"), fen=pl.lit(0, pl.Int64)).sort_by("setl_id"),
    )
    best = counted.sort("cards", "start", descending=[True, False]).unique(["fixmedins_code", "basket"], keep="first", maintain_order=True)
    return best.rename({"start": "day"})


def _expected(connection: duckdb.DuckDBPyConnection, baskets: pl.DataFrame, bursts: pl.DataFrame) -> pl.DataFrame:
    """Cards due in the window if customers chose each item by its popularity at the shop, independently of the others.

    The settlements of the burst itself are taken off first: a fraud must not make its own basket popular.
    """
    taken = bursts.select("fixmedins_code", pl.col("settlements").list.eval(pl.element().struct.field("setl_id")).alias("setl_id"))
    out = taken.explode("setl_id").unique()
    items = connection.sql(POPULARITY).pl().join(out, on=["fixmedins_code", "setl_id"], how="anti")
    sales = items.group_by("fixmedins_code").agg(sales=pl.col("setl_id").n_unique())
    share = items.group_by("fixmedins_code", "item").agg(n=pl.len()).join(sales, on="fixmedins_code")
    share = share.select("fixmedins_code", "item", (pl.col("n") / pl.col("sales")).alias("share"))
    days = baskets.group_by("fixmedins_code").agg(open_days=pl.col("day").n_unique(), all_sales=pl.len())
    wanted = bursts.with_columns(pl.col("basket").str.split(", ").alias("item")).explode("item")
    joined = wanted.join(share, on=["fixmedins_code", "item"], how="left")
    # an item never sold outside the burst is taken to be as rare as once in all sales
    rare = days.select("fixmedins_code", (1 / (pl.col("all_sales") + 1)).alias("rare"))
    chance = (
        joined.join(rare, on="fixmedins_code")
        .group_by("fixmedins_code", "basket")
        .agg(
            chance=pl.coalesce("share", "rare").product(),
        )
    )
    whole = bursts.join(chance, on=["fixmedins_code", "basket"]).join(days, on="fixmedins_code")
    return whole.with_columns(expected_cards=pl.col("chance") * pl.col("all_sales") / pl.col("open_days") * pl.col("days"))
