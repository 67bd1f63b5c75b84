"""Which leads of the queue: segments, search and filters as one pass over the table, so that fifty thousand are sifted between two keys."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

VIEWS = ("all", "mine", "rings", "large", "clear", "snoozed", "dismissed")
LARGE_FEN = 10_000_000
"""100,000 yuan."""
SAID = ("lead_id", "sentence_zh", "sentence_en", "institution_name", "subject", "members")
"""Columns that a search reads."""
TEXT = pl.concat_str(SAID, separator=" ", ignore_nulls=True).str.to_lowercase().alias("text")
"""They as one text, written once a board."""


def segment(view: str, me: str) -> pl.Expr:
    """Whether a lead is in a segment: open ones, but for the segments that hold what was set aside."""
    within = {
        "mine": pl.col("assignee") == me,
        "rings": pl.col("subject_type") == "ring",
        "large": pl.col("amount_fen") >= LARGE_FEN,
        "clear": pl.col("level") == "clear_violation",
    }
    standing = view if view in {"snoozed", "dismissed"} else "open"
    return (pl.col("standing") == standing) & within.get(view, pl.lit(value=True))


def counts(board: pl.DataFrame, me: str) -> Mapping[str, int]:
    """Segment -> its leads."""
    return board.select(segment(view, me).sum().alias(view) for view in VIEWS).row(0, named=True)


def sifted(board: pl.DataFrame, view: str, me: str, words: str = "", **chosen: str | None) -> pl.DataFrame:
    """Leads of a segment whose text holds every word, and whose columns equal what is `chosen` for them."""
    equal = (pl.col(column) == value for column, value in chosen.items() if value is not None)
    held = (pl.col("text").str.contains(word, literal=True) for word in words.lower().split())
    return board.filter(segment(view, me), *equal, *held)
