"""Cards kept at a till: month after month the same cards are swiped in one go, in much the same order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from scipy.special import chdtrc

from kg.rule import Value
from kg.statistics import MEMBER, longest_rise, ring_id, rows_of

READS = ("till_run",)
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("members", pa.list_(MEMBER)), ("setl_d_rows", rows_of("setl_id"))),
        *(("cards", pa.int64()), ("months", pa.int64()), ("order_kept", pa.float64()), ("p", pa.float64())),
    ]
)

BURSTS = """
WITH run AS (
  SELECT fixmedins_code, till, run_no, COUNT(DISTINCT COALESCE(household, psn_no)) AS households
  FROM till_run GROUP BY ALL)
SELECT t.setl_id, t.psn_no, t.fixmedins_code, t.till, t.setl_time, COALESCE(t.household, t.psn_no) AS household, t.addr_h,
       EXTRACT(year FROM t.setl_time) * 12 + EXTRACT(month FROM t.setl_time) AS month_no
FROM till_run t
JOIN run r ON r.fixmedins_code = t.fixmedins_code AND r.till = t.till AND r.run_no = t.run_no
WHERE r.households >= CAST($households AS BIGINT)
ORDER BY t.fixmedins_code, t.till, t.setl_time, t.setl_id"""


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per till that keeps cards: its cards, and their settlements in bursts."""
    bursts = connection.sql(BURSTS, params={"households": int(parameters["min_burst"])}).pl()
    rows = [hit for _, till in bursts.group_by("fixmedins_code", "till", maintain_order=True) for hit in _judge(till, bursts, parameters)]
    return pa.Table.from_pylist(rows, schema=ANSWER)


def _judge(till: pl.DataFrame, bursts: pl.DataFrame, parameters: Mapping[str, Value]) -> Iterator[dict[str, object]]:
    first = till.group_by("month_no", maintain_order=True).agg(pl.col("psn_no").unique(maintain_order=True)).sort("month_no")
    orders: list[list[str]] = first["psn_no"].to_list()
    kept, p, share = _compare(orders, int(parameters["min_cards"]), float(parameters["lcs"]), int(parameters["shuffles"]))
    if not kept or p >= float(parameters["alpha"]):
        return
    cited = till.filter(pl.col("psn_no").is_in(sorted(kept)))
    if cited["household"].n_unique() < int(parameters["min_cards"]) or _live_together(cited) >= float(parameters["residence_share"]):
        return
    shop = str(till["fixmedins_code"][0])
    holders = [{"type": "patient", "id": card, "role": "participant"} for card in sorted(kept)]
    role = "witness" if _carried(kept, bursts, shop) else "collector"
    yield {
        "subject_type": "ring",
        "subject_id": ring_id("card_collecting", (shop, *kept)),
        "members": [{"type": "institution", "id": shop, "role": role}, *holders],
        "setl_d_rows": [{"setl_id": setl_id, "fen": 0} for setl_id in sorted(cited["setl_id"].to_list())],
        "cards": len(kept),
        "months": cited["month_no"].n_unique(),
        "order_kept": share,
        "p": p,
    }


def _compare(orders: list[list[str]], min_cards: int, lcs: float, shuffles: int) -> tuple[set[str], float, float]:
    """Cards common to neighbouring months that keep their order, the joint p value (Fisher), and the weakest share of order kept."""
    dice = np.random.default_rng(20260401)  # the seed is part of the test: a run repeated says the same
    kept: set[str] = set()
    statistic, shares = 0.0, [1.0]
    for earlier, later in pairwise(orders):
        place = {card: n for n, card in enumerate(earlier)}
        common = [place[card] for card in later if card in place]
        rise = longest_rise(common)
        if len(common) < min_cards or rise < lcs * len(common):
            continue
        as_good = sum(longest_rise(dice.permutation(len(common)).tolist()) >= rise for _ in range(shuffles))
        statistic -= 2 * np.log((as_good + 1) / (shuffles + 1))
        shares.append(rise / len(common))
        kept |= {card for card in later if card in place}
    freedom = 2 * (len(shares) - 1)
    return kept, float(chdtrc(freedom, statistic)) if freedom else 1.0, min(shares)


def _live_together(cited: pl.DataFrame) -> float:
    """Share of the cards at the commonest address: a home that buys for its residents has nearly all at one."""
    cards = cited.select("psn_no", "addr_h").unique()
    homes = cards.drop_nulls("addr_h")["addr_h"].value_counts(sort=True)
    return float(homes["count"][0]) / cards.height if homes.height else 0.0


def _carried(kept: set[str], bursts: pl.DataFrame, shop: str) -> bool:
    """Whether half of the pile is swiped in bursts at another shop too: it lies in somebody's bag, and the shop only saw it."""
    away = bursts.filter((pl.col("fixmedins_code") != shop) & pl.col("psn_no").is_in(sorted(kept)))
    return any(2 * seen >= len(kept) for seen in away.group_by("fixmedins_code").agg(pl.col("psn_no").n_unique())["psn_no"].to_list())
