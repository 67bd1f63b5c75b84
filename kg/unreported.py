"""Who bills what has no report, no session, no order? Far oftener than its peers and than chance, where such records are delivered at all.

Every hospital loses a few of them. A doctor, or an item of a house, stands out only against the usual house of the region.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from graph.significance import benjamini_hochberg, poisson_tail
from kg.rule import Value
from kg.statistics import rows_of

MIN_HOUSES = 5
"""Fewer houses have no usual one."""
ITEM_HOUSES = 3
"""Whether an item leaves records at all, three houses tell."""
LEAST_SHARE = 0.01
"""One report in a hundred is lost by the best of houses; none in a few hundred is luck."""
OUTAGE, OUTAGE_FROM = 0.5, 5
"""A day on which half of a house's reports are missing, five or more, is the line's, not a doctor's; so is one on which none arrived."""
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("fee_list_d_rows", rows_of("mdtrt_id", "bkkp_sn"))),
        *(("unreported", pa.int64()), ("billed", pa.int64()), ("usual_share", pa.float64()), ("institution", pa.string())),
        *(("item", pa.string()), ("doctor", pa.string())),
    ]
)

DAYS = "SELECT fixmedins_code, med_list_codg, doctor, mdtrt_id, day, reported FROM {relation} WHERE kind = $kind"
LINES = """
SELECT l.mdtrt_id, l.med_list_codg, CAST(l.fee_ocur_time AS DATE) AS day, l.bkkp_sn, l.inscp_fen AS fen
FROM net_line l SEMI JOIN {relation} d ON d.mdtrt_id = l.mdtrt_id AND d.med_list_codg = l.med_list_codg AND NOT d.reported
WHERE l.fee_ocur_time IS NOT NULL"""


@dataclass(frozen=True)
class Limits:
    """From where on a share of days without report says something; the rule's parameters of these names."""

    feed: float
    known: float
    min_billed: int
    min_unreported: int
    ratio: float
    alpha: float

    @classmethod
    def of(cls, parameters: Mapping[str, Value]) -> Limits:
        return cls(
            feed=float(parameters["feed"]),
            known=float(parameters["known"]),
            min_billed=int(parameters["min_billed"]),
            min_unreported=int(parameters["min_unreported"]),
            ratio=float(parameters["ratio"]),
            alpha=float(parameters["alpha"]),
        )


def find(connection: duckdb.DuckDBPyConnection, relation: str, kind: str, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per house and item, and per house and doctor, with more visits without report than peers and chance allow.

    `relation`: billed days with `kind` and whether they are `reported`.
    Visits are counted and not lines: of what is given day by day a record is lost now and then, hardly all that a visit should have.
    """
    limits = Limits.of(parameters)
    days = _delivered(connection.sql(DAYS.format(relation=relation), params={"kind": kind}).pl(), limits)
    usual = _usual_share(days)
    if usual is None:
        return ANSWER.empty_table()
    items = _beyond(days, "med_list_codg", usual, limits)
    # whoever orders what the whole house bills without reports stands out by the house's habit, not by his own
    others = days.join(items, on=["fixmedins_code", "med_list_codg"], how="anti")
    hits = pl.concat([items, _beyond(others, "doctor", usual, limits)], how="diagonal")
    return _cited(hits, days, connection.sql(LINES.format(relation=relation)).pl())


def _beyond(days: pl.DataFrame, name: str, usual: float, limits: Limits) -> pl.DataFrame:
    """Items of a house, or doctors, with more visits without report than is usual (items: for the item) and chance allows."""
    groups = _counted(days, name)
    if name == "med_list_codg":
        share = pl.when(pl.len() >= MIN_HOUSES).then((pl.col("unreported") / pl.col("billed")).median()).otherwise(usual)
        groups = groups.with_columns(usual=share.over(name))
    else:
        groups = groups.with_columns(usual=pl.lit(usual))
    groups = groups.filter(pl.col("unreported") > 0)
    expected = groups["billed"].to_numpy() * np.maximum(groups["usual"].to_numpy(), LEAST_SHARE)
    observed = groups["unreported"].to_numpy().astype(np.int64)
    stands = benjamini_hochberg(poisson_tail(observed, expected), limits.alpha)
    stands &= (observed >= limits.min_unreported) & (observed >= limits.ratio * expected)
    return groups.filter(pl.Series(stands, dtype=pl.Boolean))


def _delivered(days: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Billed days of items that leave records, at houses that deliver them, days of outage taken off.

    A house delivers when it reports its usual item; an item leaves records when the usual house reports it. An item of which a house
    reports less than `known` may be one that its system does not know.
    """
    lost = days.group_by("fixmedins_code", "day").agg(arrived=pl.col("reported").mean(), missing=(~pl.col("reported")).sum())
    outage = (pl.col("arrived") == 0) | ((pl.col("arrived") < OUTAGE) & (pl.col("missing") >= OUTAGE_FROM))
    days = days.join(lost.filter(outage), on=["fixmedins_code", "day"], how="anti")
    item = days.group_by("fixmedins_code", "med_list_codg").agg(share=pl.col("reported").mean(), n=pl.len())
    item = item.filter(pl.col("n") >= limits.min_billed)
    house = item.group_by("fixmedins_code").agg(pl.col("share").median()).filter(pl.col("share") >= limits.feed)
    usual = item.group_by("med_list_codg").agg(pl.col("share").median(), houses=pl.len())
    elsewhere = usual.filter((pl.col("share") >= limits.feed) & (pl.col("houses") >= ITEM_HOUSES))["med_list_codg"]
    recorded = (pl.col("share") >= limits.known) & pl.col("med_list_codg").is_in(elsewhere.implode())
    judged = item.filter(recorded | (pl.col("share") >= limits.feed)).join(house, on="fixmedins_code", how="semi")
    return days.join(judged, on=["fixmedins_code", "med_list_codg"], how="semi")


def _usual_share(days: pl.DataFrame) -> float | None:
    """Share of visits that lack a report at the usual house; None where too few houses deliver reports."""
    visits = _by_visit(days).group_by("fixmedins_code", "mdtrt_id").agg(pl.col("reported").all())
    houses = visits.group_by("fixmedins_code").agg(share=(~pl.col("reported")).mean())
    return float(np.median(houses["share"].to_numpy())) if houses.height >= MIN_HOUSES else None


def _by_visit(days: pl.DataFrame) -> pl.DataFrame:
    """Item by item of a visit: was any of its days reported?"""
    return days.group_by("fixmedins_code", "mdtrt_id", "med_list_codg").agg(pl.col("doctor").min(), pl.col("reported").any())


def _counted(days: pl.DataFrame, name: str) -> pl.DataFrame:
    return (
        _by_visit(days)
        .drop_nulls(name)
        .group_by("fixmedins_code", name, "mdtrt_id")
        .agg(pl.col("reported").all())
        .group_by("fixmedins_code", name)
        .agg(billed=pl.len(), unreported=(~pl.col("reported")).sum())
        .sort("fixmedins_code", name)
    )


def _cited(hits: pl.DataFrame, days: pl.DataFrame, lines: pl.DataFrame) -> pa.Table:
    """The findings with the lines of their days without report."""
    empty = _by_visit(days).filter(~pl.col("reported")).select("mdtrt_id", "med_list_codg")
    missing = days.join(empty, on=["mdtrt_id", "med_list_codg"], how="semi").join(lines, on=["mdtrt_id", "med_list_codg", "day"])
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
                "usual_share": hit["usual"],
                "institution": hit["fixmedins_code"],
                "item": hit["med_list_codg"],
                "doctor": hit["doctor"],
            }
        )
    return pa.Table.from_pylist(rows, schema=ANSWER)
