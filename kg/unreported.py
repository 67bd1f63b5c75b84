"""Who bills examinations without reports? Far oftener than its peers and than chance, where reports are delivered at all.

Every hospital loses a few reports. A doctor, or an item of a house, stands out only against the usual house of the region.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from kg.statistics import benjamini_hochberg, poisson_tail, rows_of

READS = ("reported_day", "net_line")
MIN_HOUSES = 5
"""Fewer houses have no usual one."""
LEAST_SHARE = 0.01
"""One report in a hundred is lost by the best of houses; none in a few hundred is luck."""
OUTAGE, OUTAGE_FROM = 0.5, 5
"""A day on which half of a house's reports are missing, five or more, is the line's, not a doctor's."""
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("fee_list_d_rows", rows_of("mdtrt_id", "bkkp_sn"))),
        *(("unreported", pa.int64()), ("billed", pa.int64()), ("usual_share", pa.float64()), ("institution", pa.string())),
        *(("item", pa.string()), ("doctor", pa.string())),
    ]
)

DAYS = "SELECT fixmedins_code, med_list_codg, doctor, mdtrt_id, day, reported FROM reported_day WHERE kind = $kind"
LINES = """
SELECT l.mdtrt_id, l.med_list_codg, CAST(l.fee_ocur_time AS DATE) AS day, l.bkkp_sn, l.inscp_fen AS fen
FROM net_line l SEMI JOIN reported_day d ON d.mdtrt_id = l.mdtrt_id AND d.med_list_codg = l.med_list_codg AND NOT d.reported
WHERE l.fee_ocur_time IS NOT NULL"""


@dataclass(frozen=True)
class Limits:
    """From where on a share of days without report says something; the rules' parameters of these names."""

    feed: float
    min_billed: int
    min_unreported: int
    ratio: float
    alpha: float


def find(connection: duckdb.DuckDBPyConnection, kind: str, limits: Limits) -> pa.Table:
    """One row per house and item, and per house and doctor, with more visits without report than peers and chance allow.

    Visits are counted and not lines: what is lost, is lost for a whole visit at once.
    """
    days = _delivered(connection.sql(DAYS, params={"kind": kind}).pl(), limits)
    usual = _usual_share(days)
    if usual is None:
        return ANSWER.empty_table()
    groups = pl.concat([_counted(days, name) for name in ("med_list_codg", "doctor")], how="diagonal")
    expected = groups["billed"].to_numpy() * max(usual, LEAST_SHARE)
    observed = groups["unreported"].to_numpy().astype(np.int64)
    stands = benjamini_hochberg(poisson_tail(observed, expected), limits.alpha)
    stands &= (observed >= limits.min_unreported) & (observed >= limits.ratio * expected)
    return _cited(groups.filter(pl.Series(stands)), days, connection.sql(LINES).pl(), usual)


def _delivered(days: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Billed days of those items of a house whose reports are delivered, days of outage taken off."""
    lost = days.group_by("fixmedins_code", "day").agg(arrived=pl.col("reported").mean(), missing=(~pl.col("reported")).sum())
    outage = lost.filter((pl.col("arrived") < OUTAGE) & (pl.col("missing") >= OUTAGE_FROM))
    days = days.join(outage, on=["fixmedins_code", "day"], how="anti")
    item = days.group_by("fixmedins_code", "med_list_codg").agg(share=pl.col("reported").mean(), n=pl.len())
    known = item.filter((pl.col("share") >= limits.feed) & (pl.col("n") >= limits.min_billed))
    return days.join(known, on=["fixmedins_code", "med_list_codg"], how="semi")


def _usual_share(days: pl.DataFrame) -> float | None:
    """Share of visits that lack a report at the usual house; None where too few houses deliver reports."""
    visits = days.group_by("fixmedins_code", "mdtrt_id").agg(pl.col("reported").all())
    houses = visits.group_by("fixmedins_code").agg(share=(~pl.col("reported")).mean())
    return float(np.median(houses["share"].to_numpy())) if houses.height >= MIN_HOUSES else None


def _counted(days: pl.DataFrame, name: str) -> pl.DataFrame:
    return (
        days.drop_nulls(name)
        .group_by("fixmedins_code", name, "mdtrt_id")
        .agg(pl.col("reported").all())
        .group_by("fixmedins_code", name)
        .agg(billed=pl.len(), unreported=(~pl.col("reported")).sum())
        .filter(pl.col("unreported") > 0)
        .sort("fixmedins_code", name)
    )


def _cited(hits: pl.DataFrame, days: pl.DataFrame, lines: pl.DataFrame, usual: float) -> pa.Table:
    """The findings with the lines of their days without report."""
    missing = days.filter(~pl.col("reported")).join(lines, on=["mdtrt_id", "med_list_codg", "day"])
    rows = []
    for hit in hits.iter_rows(named=True):
        by = "med_list_codg" if hit["med_list_codg"] else "doctor"
        own = missing.filter((pl.col("fixmedins_code") == hit["fixmedins_code"]) & (pl.col(by) == hit[by])).sort("mdtrt_id", "bkkp_sn")
        rows.append(
            {
                "subject_type": "institution" if by == "med_list_codg" else "doctor",
                "subject_id": hit["fixmedins_code"] if by == "med_list_codg" else hit["doctor"],
                "fee_list_d_rows": own.select("mdtrt_id", "bkkp_sn", "fen").to_dicts(),
                "unreported": hit["unreported"],
                "billed": hit["billed"],
                "usual_share": usual,
                "institution": hit["fixmedins_code"],
                "item": hit["med_list_codg"],
                "doctor": hit["doctor"],
            }
        )
    return pa.Table.from_pylist(rows, schema=ANSWER)
