"""Boxes followed in time: who bought them on insurance, which counter sold them again, and who hangs together by that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from graph.rings import Found, Group, find_chains, hops
from kg.rings import BRIDGE, MEMBER, TIE, bridges_of, member, ties_of
from kg.rule import Value
from kg.statistics import ring_id, rows_of

READS = ("box_sale", "live_sale")
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("members", pa.list_(MEMBER))),
        *(("fee_list_d_rows", rows_of("mdtrt_id", "bkkp_sn")), ("drug_trac_3513_rows", rows_of("row_id"))),
        *(("selinfo_3505_rows", rows_of("row_id")), ("codes", pa.int64()), ("holders", pa.int64()), ("counters", pa.int64())),
        *(("median_days", pa.float64()), ("score", pa.float64()), ("p_value", pa.float64()), ("false_share", pa.float64())),
        *(("draws", pa.int64()), ("ties", pa.list_(TIE)), ("bridges", pa.list_(BRIDGE))),
    ]
)

# an insured sale counts while it stands; a sale for cash has no bill that could fall
EVENTS = """
WITH event AS (
  SELECT b.drug_trac_codg, b.fixmedins_code, COALESCE(l.psn_no, b.psn_no) AS psn_no, b.sold_at, b.insured, b.source_table, b.row_id,
         l.mdtrt_id, l.bkkp_sn, l.inscp_fen
  FROM box_sale b
  LEFT JOIN live_sale l ON l.drug_trac_codg = b.drug_trac_codg AND l.source_table = b.source_table AND l.row_id = b.row_id
  WHERE NOT b.split AND b.sold_at IS NOT NULL AND (NOT b.insured OR l.row_id IS NOT NULL))
SELECT e.*
FROM event e
SEMI JOIN (SELECT drug_trac_codg FROM event GROUP BY drug_trac_codg HAVING COUNT(DISTINCT fixmedins_code) > 1) r
  ON r.drug_trac_codg = e.drug_trac_codg
ORDER BY e.drug_trac_codg, e.sold_at, e.fixmedins_code, e.row_id"""

BOUGHT = "SELECT psn_no AS name, COUNT(*) AS boxes FROM live_sale WHERE psn_no IS NOT NULL GROUP BY psn_no ORDER BY psn_no"
HANDLED = "SELECT fixmedins_code AS name, COUNT(*) AS boxes FROM box_sale GROUP BY fixmedins_code ORDER BY fixmedins_code"


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per ring."""
    chain = _chain(connection.sql(EVENTS).pl())
    bought, handled = connection.sql(BOUGHT).pl().with_row_index("at"), connection.sql(HANDLED).pl().with_row_index("at")
    placed = chain.join(bought.select(holder="name", who="at"), on="holder").join(handled.select(counter="name", where="at"), on="counter")
    found = find_chains(
        placed["who"].to_numpy().astype(np.int64),
        placed["where"].to_numpy().astype(np.int64),
        bought["boxes"].to_numpy().astype(np.int64),
        handled["boxes"].to_numpy().astype(np.int64),
        alpha=float(parameters["alpha"]),
        draws=int(parameters["draws"]),
    )
    names = pl.concat([bought["name"], handled["name"]])
    rings = [_ring(placed, found, group, names, bought.height) for group in found.groups if _is_ring(group, found, parameters)]
    return pa.Table.from_pylist(rings, schema=ANSWER)


def _is_ring(group: Group, found: Found, parameters: Mapping[str, Value]) -> bool:
    return (
        group.actors.size >= int(parameters["min_members"])
        and int(found.ties.shared[group.ties].sum()) >= int(parameters["min_codes"])
        and group.false_rate <= float(parameters["false_share"])
    )


def _chain(events: pl.DataFrame) -> pl.DataFrame:
    """One row a hop: an insured sale to a holder, and the next place that sold the box."""
    code, place = (events[name].rank("dense").cast(pl.Int64).to_numpy() for name in ("drug_trac_codg", "fixmedins_code"))
    before, after = hops(code, events["sold_at"].dt.epoch("us").to_numpy(), place)
    first, later = events[before], events[after].select(pl.all().name.prefix("later_"))
    return (
        pl.concat([first, later], how="horizontal")
        .filter(pl.col("insured") & pl.col("psn_no").is_not_null())
        .rename({"psn_no": "holder", "later_fixmedins_code": "counter"})
    )


def _ring(chain: pl.DataFrame, found: Found, group: Group, names: pl.Series, holders: int) -> dict[str, object]:
    buyers = [names[n] for n in group.actors.tolist() if n < holders]
    counters = [names[n] for n in group.actors.tolist() if n >= holders]
    ours = chain.filter(pl.col("holder").is_in(buyers) & pl.col("counter").is_in(counters))
    days = (ours["later_sold_at"] - ours["sold_at"]) / timedelta(days=1)
    return {
        "subject_type": "ring",
        "subject_id": ring_id("reflux_drug", (*buyers, *counters)),
        "members": [*_members(ours, "holder", "patient", "buyer"), *_members(ours, "counter", "institution", "seller")],
        **_rows(ours),
        "codes": ours["drug_trac_codg"].n_unique(),
        "holders": len(buyers),
        "counters": len(counters),
        "median_days": days.median(),
        "score": group.score,
        "p_value": group.p_value,
        "false_share": group.false_rate,
        "draws": found.draws,
        "ties": ties_of(found.ties, group, names, kind="box_sold_again"),
        "bridges": bridges_of(found.ties, group, names),
    }


_WHY = {
    "buyer": ("先以医保购得 {codes} 盒，后在他处再次售出", "bought {codes} boxes on insurance that were sold again elsewhere"),
    "seller": ("再次售出他处已结算的 {codes} 盒", "sold {codes} boxes again that had been settled elsewhere"),
}


def _members(chain: pl.DataFrame, by: str, kind: str, role: str) -> list[dict[str, str]]:
    counted = chain.group_by(by).agg(pl.col("drug_trac_codg").n_unique().alias("codes")).sort(by)
    zh, en = _WHY[role]
    return [member(kind, name, role, zh.format(codes=codes), en.format(codes=codes)) for name, codes in counted.iter_rows()]


def _rows(chain: pl.DataFrame) -> dict[str, object]:
    """Both ends of each hop: the billed lines, and the records of the box."""
    kept = ["mdtrt_id", "bkkp_sn", "inscp_fen", "source_table", "row_id"]
    both = pl.concat([chain.select(kept), chain.select(pl.col(f"later_{name}").alias(name) for name in kept)])
    lines = both.drop_nulls("bkkp_sn").select("mdtrt_id", "bkkp_sn", fen="inscp_fen").unique().sort("mdtrt_id", "bkkp_sn")
    records = {
        f"{table}_rows": [{"row_id": row_id, "fen": 0} for row_id in both.filter(pl.col("source_table") == table)["row_id"].unique().sort()]
        for table in ("drug_trac_3513", "selinfo_3505")
    }
    return {"fee_list_d_rows": lines.to_dicts(), **records}
