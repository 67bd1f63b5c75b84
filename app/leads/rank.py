"""Which lead first? Probability x recoverable money / expected work. The formula stands here and on the screen, nowhere else.

Until 200 decided outcomes exist the probability is a declared prior: each rule says which share of its leads it expects to be upheld.
"""

from __future__ import annotations

import polars as pl

CEILING = 0.95
"""No number of rules makes a lead certain: rules that read the same rows err together, so the noisy-or is capped."""

DOUBT = 0.6
"""What each innocent explanation that could not be ruled out leaves of the probability: a declared prior, like the rules' own."""

FORMULA_ZH = "排序值 = 概率 × 可追回金额（元）÷ 预计工时（小时）；概率 = 1 − ∏(1 − 规则先验)，上限 0.95，每一项未能排除的无辜解释再乘 0.6"
FORMULA_EN = (
    "value = probability x recoverable yuan / expected hours; probability = 1 - product(1 - rule prior), at most 0.95, "
    "times 0.6 for each innocent explanation that could not be ruled out"
)


def noisy_or(prior: str) -> pl.Expr:
    """Probability that at least one of several independent signs is right, capped; aggregates the column `prior`."""
    return (1 - (1 - pl.col(prior)).product()).clip(upper_bound=CEILING)


def score(leads: pl.DataFrame) -> pl.DataFrame:
    """Add `score, score_kind, value, rank, hours_before` to leads with `chance, doubts, amount_fen, work_hours, closed, state`.

    `hours_before` = hours of all better ranked leads: a queue draws the inspectors' daily capacity from it. Closed and gone leads are last.
    """
    scored = leads.with_columns(
        (pl.col("chance") * pl.lit(DOUBT).pow(pl.col("doubts"))).round(4).alias("score"),
        pl.lit("prior").alias("score_kind"),
    ).with_columns((pl.col("score") * pl.col("amount_fen") / 100 / pl.col("work_hours")).round(2).alias("value"))
    aside = pl.col("closed") | (pl.col("state") == "gone")
    ordered = scored.sort(aside, "value", "score", "lead_id", descending=[False, True, True, False])
    hours = pl.col("work_hours").cum_sum() - pl.col("work_hours")
    return ordered.with_columns(pl.int_range(1, pl.len() + 1).alias("rank"), hours.round(2).alias("hours_before"))
