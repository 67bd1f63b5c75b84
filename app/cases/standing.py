"""Where each lead of a run stands: what people decided in the case book beside what the run itself knows."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl

COLUMNS = {"n": "decided", "state": "said", "at": "said_at"}


def with_standing(leads: pl.DataFrame, standings: pl.DataFrame, *, run_started: datetime, today: date) -> pl.DataFrame:
    """`leads` with `standing` (open, snoozed, dismissed), `assignee`, `until` and `decided` (number of decisions).

    A snoozed lead wakes on its day. A dismissed one is open again when a later run found really more (it is not `closed` there); one that
    an earlier outcome closed is dismissed until somebody decides otherwise.
    """
    asleep = (pl.col("said") == "snoozed") & (pl.col("until") > today)
    dismissed = (pl.col("said") == "dismissed") & (pl.col("closed") | (pl.col("said_at") >= run_started))
    closed_before = pl.col("closed") & (pl.col("said_at").is_null() | (pl.col("said_at") < pl.col("cleared_at")))
    standing = pl.when(dismissed | closed_before).then(pl.lit("dismissed")).when(asleep).then(pl.lit("snoozed")).otherwise(pl.lit("open"))
    return (
        leads.join(standings.rename(COLUMNS), on="lead_id", how="left", maintain_order="left")
        .with_columns(standing.alias("standing"), pl.col("assignee").fill_null(""), pl.col("decided").fill_null(0))
        .drop("said", "said_at")
    )
