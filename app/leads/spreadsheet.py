"""Rows as a file that a spreadsheet opens and never runs: CSV, or an .xlsx of one sheet."""

from __future__ import annotations

import io

import polars as pl
from openpyxl import Workbook

from app.cells import neutralised

BOM = b"\xef\xbb\xbf"
"""Tells spreadsheets that a CSV is UTF-8."""


def as_csv(rows: pl.DataFrame) -> bytes:
    """UTF-8 with its mark; every text neutralised."""
    return BOM + neutralised(rows).write_csv().encode()


def as_xlsx(rows: pl.DataFrame) -> bytes:
    """One sheet; numbers and days stay what they are, every text is neutralised."""
    safe = neutralised(rows)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Ringscope")
    sheet.freeze_panes = "A2"
    sheet.append(safe.columns)
    for row in safe.iter_rows():
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
