"""Evidence rows as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import polars as pl
import pytest
import streamlit as st

from app.views.rows import readable
from graph.contract import CONTRACT


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    st.session_state["lang"] = "zh"
    yield
    del st.session_state["lang"]


def line(**more: object) -> pl.DataFrame:
    row = {
        "mdtrt_id": "M1",
        "bkkp_sn": "1",
        "det_item_fee_sumamt": -123_456,
        "fee_ocur_time": datetime(2026, 1, 5, 9),
        "claimed_fen": 5,
        "bilg_dr_name_h": "ab12",
        "source_file": "费用.csv",
        "source_record": 7,
        "delivery_id": "d1",
        "prodname": None,
    }
    return pl.DataFrame([{**row, **more}], schema_overrides={"prodname": pl.String})


def test_where_a_row_came_from_stands_first() -> None:
    shown = readable(CONTRACT["fee_list_d"], line())

    assert shown.columns[:3] == ["文件", "行号", "所计 / 元"]
    assert shown.row(0)[:3] == ("费用.csv", "7", "0.05")
    assert shown.columns[-1] == "交付"


def test_money_is_yuan_to_the_fen_and_refunds_keep_their_sign() -> None:
    assert "-1234.56" in readable(CONTRACT["fee_list_d"], line()).row(0)


def test_pseudonyms_and_empty_columns_are_left_out() -> None:
    shown = readable(CONTRACT["fee_list_d"], line())

    assert "ab12" not in shown.row(0)
    assert not any("None" in str(cell) for cell in shown.row(0))


def test_two_columns_with_one_title_keep_apart() -> None:
    table = CONTRACT["mdtrt_d"]
    titles = [c.zh or c.name for c in table.columns.values()]
    doubled = next((t for t in titles if titles.count(t) > 1), None)
    names = [c.name for c in table.columns.values() if (c.zh or c.name) == doubled] or ["mdtrt_id", "psn_no"]
    shown = readable(table, pl.DataFrame([dict.fromkeys(names, "x")]))

    assert len(set(shown.columns)) == len(names)
