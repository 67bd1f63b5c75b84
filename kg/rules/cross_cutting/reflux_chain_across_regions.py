"""A chain of boxes: the same persons' boxes, settled once, are settled again at one counter, in numbers no copying error explains."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from graph.significance import benjamini_hochberg, poisson_tail
from kg.rule import Value
from kg.statistics import MEMBER, components, ring_id, rows_of

READS = ("repeated_sale",)
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("members", pa.list_(MEMBER))),
        ("fee_list_d_rows", rows_of("mdtrt_id", "bkkp_sn")),
        *(("drug_trac_3513_rows", rows_of("row_id")), ("selinfo_3505_rows", rows_of("row_id"))),
        *(("codes", pa.int64()), ("persons", pa.int64()), ("buyers", pa.int64()), ("median_days", pa.float64())),
    ]
)

CHAIN = """
WITH sale AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY drug_trac_codg ORDER BY sold_at, mdtrt_id, bkkp_sn) AS nth FROM repeated_sale)
SELECT a.drug_trac_codg, a.psn_no AS holder, a.fixmedins_code AS source, b.fixmedins_code AS buyer,
       a.mdtrt_id, a.bkkp_sn, a.inscp_fen, a.source_table, a.row_id,
       b.mdtrt_id AS later_mdtrt_id, b.bkkp_sn AS later_bkkp_sn, b.inscp_fen AS later_fen, b.source_table AS later_table,
       b.row_id AS later_row_id,
       (CAST(FLOOR(epoch(b.sold_at)) AS BIGINT) - CAST(FLOOR(epoch(a.sold_at)) AS BIGINT)) / 86400.0 AS days
FROM sale a JOIN sale b ON b.drug_trac_codg = a.drug_trac_codg AND b.nth = a.nth + 1
WHERE b.fixmedins_code <> a.fixmedins_code AND a.psn_no IS NOT NULL AND b.sold_at > a.sold_at
ORDER BY a.drug_trac_codg"""


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per ring: buyers, and the card holders whose boxes they resold."""
    chain = connection.sql(CHAIN).pl()
    buyers = _buyers(chain, int(parameters["min_codes"]), float(parameters["alpha"]))
    held = chain.filter(pl.col("buyer").is_in(buyers)).group_by("holder", "buyer").agg(codes=pl.col("drug_trac_codg").n_unique())
    sellers = held.filter(pl.col("codes") >= int(parameters["min_person_codes"]))
    names = sorted({("institution", buyer) for buyer in sellers["buyer"]} | {("patient", holder) for holder in sellers["holder"]})
    place = {name: n for n, name in enumerate(names)}
    ties = [(place["patient", holder], place["institution", buyer]) for holder, buyer, _ in sellers.rows()]
    rings = [[names[n] for n in ring] for ring in components(np.asarray(ties, dtype=np.int64))]
    return pa.Table.from_pylist([_ring(chain, ring) for ring in rings], schema=ANSWER)


def _buyers(chain: pl.DataFrame, min_codes: int, alpha: float) -> list[str]:
    """Counters that resell more boxes than scattered errors would bring: Poisson at the mean over all counters, Benjamini-Hochberg."""
    counted = chain.group_by("buyer").agg(codes=pl.col("drug_trac_codg").n_unique()).sort("buyer")
    if counted.is_empty():
        return []
    codes = counted["codes"].to_numpy().astype(np.int64)
    # errors scatter evenly; the lower half of the counters shows their level, the upper half may be the fraud
    noise = np.full(len(codes), float(np.sort(codes)[: max(len(codes) // 2, 1)].mean()) if len(codes) > 1 else 1.0)
    stands = benjamini_hochberg(poisson_tail(codes, np.minimum(noise, float(min_codes) / 2)), alpha)
    return [str(buyer) for buyer in counted.filter(pl.Series(stands & (codes >= min_codes)))["buyer"]]


def _ring(chain: pl.DataFrame, ring: list[tuple[str, str]]) -> dict[str, object]:
    buyers = [name for kind, name in ring if kind == "institution"]
    sellers = [name for kind, name in ring if kind == "patient"]
    resold = chain.filter(pl.col("buyer").is_in(buyers))
    origin = resold.filter(pl.col("holder").is_in(sellers))
    rows = pl.concat(
        [
            resold.select(mdtrt_id="later_mdtrt_id", bkkp_sn="later_bkkp_sn", fen="later_fen", table="later_table", row_id="later_row_id"),
            origin.select("mdtrt_id", "bkkp_sn", fen="inscp_fen", table="source_table", row_id="row_id"),
        ]
    )
    lines = rows.select("mdtrt_id", "bkkp_sn", "fen").unique().sort("mdtrt_id", "bkkp_sn")
    return {
        "subject_type": "ring",
        "subject_id": ring_id("reflux_drug", (*buyers, *sellers)),
        "members": [
            *({"type": "institution", "id": buyer, "role": "buyer"} for buyer in buyers),
            *({"type": "patient", "id": seller, "role": "seller"} for seller in sellers),
        ],
        "fee_list_d_rows": lines.to_dicts(),
        "drug_trac_3513_rows": _records(rows, "drug_trac_3513"),
        "selinfo_3505_rows": _records(rows, "selinfo_3505"),
        "codes": resold["drug_trac_codg"].n_unique(),
        "persons": len(sellers),
        "buyers": len(buyers),
        "median_days": resold["days"].median(),
    }


def _records(rows: pl.DataFrame, table: str) -> list[dict[str, object]]:
    return [{"row_id": row_id, "fen": 0} for row_id in sorted(set(rows.filter(pl.col("table") == table)["row_id"].to_list()))]
