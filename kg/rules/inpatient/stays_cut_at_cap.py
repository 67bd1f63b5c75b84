"""Stays heaped at one number of days or one sum, whose patients come back far oftener than the others: the house ends them at a line."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from graph.significance import poisson_tail
from kg.rule import Value
from kg.statistics import rows_of

READS = ("stay_return", "stay_bill", "hospital_peer")
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("mdtrt_d_rows", rows_of("mdtrt_id"))),
        *(("measure", pa.string()), ("line", pa.float64()), ("stays", pa.int64()), ("neighbours", pa.float64())),
        *(("returns", pa.int64()), ("returns_due", pa.float64()), ("p", pa.float64())),
    ]
)

STAYS = """
SELECT r.mdtrt_id, r.fixmedins_code, r.stay_days, b.fee_fen, r.next_id, r.gap_days
FROM stay_return r
JOIN stay_bill b ON b.mdtrt_id = r.mdtrt_id
WHERE b.fee_fen > 0
ORDER BY r.mdtrt_id"""

PLACE = ["fixmedins_code", "bin"]


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per hospital and line: a number of days, or a step of cost."""
    stays = connection.sql(STAYS).pl().with_columns(returned=(pl.col("gap_days") <= int(parameters["return_days"])).fill_null(False))
    peers = connection.sql("SELECT fixmedins_code, peer FROM hospital_peer").pl()
    step = float(np.log1p(float(parameters["step"])))
    measures = {"days": pl.col("stay_days"), "cost": (pl.col("fee_fen").log() / step).floor().cast(pl.Int64)}
    found = [_lines(stays.with_columns(bin=expression.cast(pl.Int64)), peers, name, parameters) for name, expression in measures.items()]
    return pl.concat(found).sort("subject_id", "measure", "line").to_arrow().cast(ANSWER)


def _lines(stays: pl.DataFrame, peers: pl.DataFrame, measure: str, parameters: Mapping[str, Value]) -> pl.DataFrame:
    """The answer for one measure."""
    heaps = _heaps(stays, peers, parameters)
    whole = stays.group_by("fixmedins_code").agg(all_stays=pl.len(), all_returns=pl.col("returned").sum())
    judged = heaps.join(whole, on="fixmedins_code").filter(pl.col("all_stays") >= int(parameters["min_n"]))
    # one return more than was seen among the others: a rate of nought cannot be known
    usual = (pl.col("all_returns") - pl.col("returns") + 1) / (pl.col("all_stays") - pl.col("stays") + 1)
    judged = judged.with_columns(returns_due=pl.col("stays") * usual * float(parameters["ratio"]))
    tail = poisson_tail(judged["returns"].cast(pl.Int64).to_numpy(), judged["returns_due"].to_numpy())
    hit = judged.with_columns(p=pl.Series(tail, dtype=pl.Float64)).filter(
        (pl.col("p") <= float(parameters["alpha"])) & (pl.col("returns") >= int(parameters["min_returns"]))
    )
    cited = stays.filter("returned").unpivot(["mdtrt_id", "next_id"], index=PLACE, value_name="cited").unique([*PLACE, "cited"])
    rows = cited.sort("cited").group_by(PLACE).agg(mdtrt_d_rows=pl.struct(mdtrt_id="cited", fen=pl.lit(0, pl.Int64)))
    line = pl.col("bin").cast(pl.Float64) if measure == "days" else (float(parameters["step"]) + 1) ** (pl.col("bin") + 1).cast(pl.Float64)
    return hit.join(rows, on=PLACE).select(
        subject_type=pl.lit("institution"),
        subject_id="fixmedins_code",
        mdtrt_d_rows="mdtrt_d_rows",
        measure=pl.lit(measure),
        line=line.round(0),
        stays=pl.col("stays").cast(pl.Int64),
        neighbours="neighbours",
        returns=pl.col("returns").cast(pl.Int64),
        returns_due="returns_due",
        p="p",
    )


def _heaps(stays: pl.DataFrame, peers: pl.DataFrame, parameters: Mapping[str, Value]) -> pl.DataFrame:
    """fixmedins_code, bin, stays, returns, neighbours: bins far fuller than the two on either side, here and not in other hospitals."""
    heap = stays.group_by(PLACE).agg(stays=pl.len(), returns=pl.col("returned").sum())
    around = pl.concat(heap.select("fixmedins_code", bin=pl.col("bin") + shift, beside=pl.col("stays")) for shift in (-2, -1, 1, 2))
    mean = around.group_by(PLACE).agg(neighbours=pl.col("beside").sum() / 4)
    full = heap.join(mean, on=PLACE, how="left").with_columns(pl.col("neighbours").fill_null(0.0))
    full = full.with_columns(index=pl.col("stays") / pl.max_horizontal("neighbours", pl.lit(1.0)))
    usual = (
        peers.join(full.select(peer="fixmedins_code", bin="bin", usual="index"), on="peer").group_by(PLACE).agg(pl.col("usual").median())
    )
    due = pl.col("neighbours") * float(parameters["min_index"])
    return full.join(usual, on=PLACE, how="left").filter(
        (pl.col("index") >= float(parameters["min_index"]))
        & (pl.col("stays") >= due + float(parameters["z"]) * due.sqrt())
        & (pl.col("index") >= float(parameters["ratio"]) * pl.col("usual").fill_null(1.0))
    )
