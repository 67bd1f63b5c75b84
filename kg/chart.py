"""What does a note name? The diagnoses or the operation that stand behind its heading."""

from __future__ import annotations

import polars as pl

DIAGNOSES = "诊断"
OPERATION = "手术名称"


def named(notes: pl.DataFrame, heading: str) -> pl.DataFrame:
    """One row per note and name: the columns of `notes` but its text, and `told`, the words between heading and full stop, one by one.

    A note without the heading names nothing and has no row.
    """
    behind = pl.col("text").str.extract(heading + r"[：:]\s*([^。\n]+)", 1)
    apart = behind.str.replace_all(r"(^|\s)\d+[.、)）]\s*", "；").str.replace_all("[;,，、]", "；").str.split("；")
    return (
        notes.with_columns(told=apart)
        .drop("text")
        .explode("told")
        .with_columns(pl.col("told").str.strip_chars())
        .filter(pl.col("told").str.len_chars() > 0)
    )
