"""Bills that are round sums far oftener than baskets at the shop's own prices would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import bdtrc

from graph.significance import benjamini_hochberg
from kg.rule import Value
from kg.statistics import rows_of

READS = ("till_run", "net_line")
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("setl_d_rows", rows_of("setl_id"))),
        *(("round_bills", pa.int64()), ("bills", pa.int64()), ("simulated_share", pa.float64()), ("p", pa.float64())),
    ]
)

BILLS = "SELECT fixmedins_code, setl_id, fee_fen FROM till_run WHERE fee_fen > 0 ORDER BY fixmedins_code, setl_id"

# a line at the item's usual price in the shop that month: a bill bent to a round sum must not teach the simulation its own prices, a
# season of round prices must; an item with fewer than three lines in a month has no usual price then, and the whole time speaks
LINES = """
WITH line AS (
  SELECT t.fixmedins_code, t.setl_id, l.med_list_codg, CAST(l.cnt AS DOUBLE) AS cnt,
         EXTRACT(year FROM t.setl_time) * 12 + EXTRACT(month FROM t.setl_time) AS month_no,
         CAST(l.fee_fen AS DOUBLE) / CAST(l.cnt AS DOUBLE) AS unit_fen
  FROM till_run t JOIN net_line l ON l.setl_id = t.setl_id),
usual AS (SELECT fixmedins_code, med_list_codg, MEDIAN(unit_fen) AS unit_fen FROM line GROUP BY ALL),
monthly AS (SELECT fixmedins_code, med_list_codg, month_no, MEDIAN(unit_fen) AS unit_fen FROM line GROUP BY ALL HAVING COUNT(*) >= 3)
SELECT l.fixmedins_code, l.setl_id, l.month_no, CAST(ROUND(COALESCE(m.unit_fen, u.unit_fen) * l.cnt, 0) AS BIGINT) AS fen
FROM line l
JOIN usual u ON u.fixmedins_code = l.fixmedins_code AND u.med_list_codg = l.med_list_codg
LEFT JOIN monthly m ON m.fixmedins_code = l.fixmedins_code AND m.med_list_codg = l.med_list_codg AND m.month_no = l.month_no
ORDER BY l.fixmedins_code, l.setl_id, fen"""


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per shop, with its round bills."""
    bills, lines = connection.sql(BILLS).pl(), connection.sql(LINES).pl()
    shops = list(_shops(bills, lines, parameters))
    p = np.asarray([shop["p"] for shop in shops], dtype=np.float64)
    stands = benjamini_hochberg(p, float(parameters["alpha"]))
    return pa.Table.from_pylist([shop for shop, stand in zip(shops, stands, strict=True) if stand], schema=ANSWER)


def _shops(bills: pl.DataFrame, lines: pl.DataFrame, parameters: Mapping[str, Value]) -> Iterator[dict[str, object]]:
    round_fen, min_fen = int(parameters["round_fen"]), int(parameters["min_fen"])
    pools = {str(name): pool for (name,), pool in lines.group_by("fixmedins_code", maintain_order=True)}
    for (name,), of_shop in bills.filter(pl.col("fee_fen") >= min_fen).group_by("fixmedins_code", maintain_order=True):
        even = of_shop.filter(pl.col("fee_fen") % round_fen == 0)
        if of_shop.height < int(parameters["min_n"]) or even.height < int(parameters["min_round"]) or str(name) not in pools:
            continue
        sums = _simulate(pools[str(name)], int(parameters["baskets"]))
        large = sums[sums >= min_fen]
        # one round basket more than was drawn: a share of nought cannot be known
        share = float((np.count_nonzero(large % round_fen == 0) + 1) / (large.size + 1))
        yield {
            "subject_type": "institution",
            "subject_id": str(name),
            "setl_d_rows": [{"setl_id": setl_id, "fen": 0} for setl_id in even["setl_id"].to_list()],
            "round_bills": even.height,
            "bills": of_shop.height,
            "simulated_share": share,
            "p": float(bdtrc(even.height - 1, of_shop.height, min(share, 1.0))),
        }


def _simulate(pool: pl.DataFrame, baskets: int) -> NDArray[np.int64]:
    """Sums of baskets as large as the shop's, filled from its lines of one month at random. The seed is part of the test."""
    dice = np.random.default_rng(20260401)
    total = pool["setl_id"].n_unique()
    sums = []
    for _, month in pool.group_by("month_no", maintain_order=True):
        lines_of = month.group_by("setl_id", maintain_order=True).len()["len"].to_numpy().astype(np.int64)
        sizes = dice.choice(lines_of, -(-baskets * lines_of.size // total))
        drawn = dice.choice(month["fen"].to_numpy(), int(sizes.sum()))
        sums.append(np.add.reduceat(drawn, np.concatenate([[0], np.cumsum(sizes)[:-1]])))
    found: NDArray[np.int64] = np.concatenate(sums)
    return found
