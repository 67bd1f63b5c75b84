"""Cells for spreadsheets: a text that a spreadsheet would run as a formula is made plain text by a leading apostrophe (OWASP)."""

from __future__ import annotations

import re

import polars as pl

_FORMULA = "^(?:[\\t\\r\\n]|[ \u00a0\u3000]*[=+\\-@＝＋－＠])"  # some spreadsheets skip blanks and read full width signs
_FORMULA_AT_START = re.compile(_FORMULA)


def neutralise(value: str) -> str:
    """One cell of text. Numbers never pass here: -3.50 as a number is no text."""
    return f"'{value}" if _FORMULA_AT_START.match(value) else value


def neutralised(frame: pl.DataFrame) -> pl.DataFrame:
    """Every text column of the frame, and its headers; numbers, dates and nulls stay as they are."""
    text = pl.col(pl.String)
    safe = frame.with_columns(pl.when(text.str.contains(_FORMULA)).then(pl.lit("'") + text).otherwise(text).name.keep())
    return safe.rename({name: neutralise(name) for name in safe.columns})
