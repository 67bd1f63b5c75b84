"""A name that is a formula stays a name when the export is opened in a spreadsheet."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cells import neutralise, neutralised


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\u3000=1"])
def test_a_formula_becomes_text(cell):
    assert neutralise(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "张伟", "a=1", "<script>", "12", "1-2"])
def test_other_text_stays(cell):
    assert neutralise(cell) == cell


@settings(deadline=None)
@given(st.lists(st.none() | st.text(alphabet="=+-@\t\r\n ＝a'", max_size=4)))
def test_columns_as_cells(cells):
    frame = pl.DataFrame({"=name": pl.Series(cells, dtype=pl.String), "fen": range(-1, len(cells) - 1)}, schema_overrides={"fen": pl.Int64})
    safe = neutralised(frame)
    assert safe["'=name"].to_list() == [c if c is None else neutralise(c) for c in cells]
    assert safe["fen"].to_list() == frame["fen"].to_list()
