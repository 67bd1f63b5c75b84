"""The queue's arithmetic: segments, search, today's reach, the letters of the sources."""

from __future__ import annotations

import io
from collections.abc import Iterator

import polars as pl
import pytest
import streamlit as st
from openpyxl import load_workbook

from app.leads.capacity import Capacity
from app.views.export import FORMS, written
from app.views.queue import _selected, brief, letters, within_today
from app.views.sift import TEXT, counts, sifted
from graph.home import Home


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    st.session_state["lang"] = "zh"
    yield
    del st.session_state["lang"]


def queue(*leads: dict[str, object]) -> pl.DataFrame:
    empty = {
        "lead_id": "L",
        "pattern": "phantom_bed",
        "level": "suspicious",
        "subject_type": "institution",
        "subject": '{"type": "institution", "id": "H1"}',
        "members": "[]",
        "amount_fen": 0,
        "sentence_zh": "",
        "sentence_en": "",
        "institution_name": None,
        "work_hours": 3.0,
        "hours_before": 0.0,
        "standing": "open",
        "assignee": "",
    }
    return pl.DataFrame(
        [{**empty, **lead} for lead in leads],
        schema_overrides={"institution_name": pl.String, "work_hours": pl.Float64, "hours_before": pl.Float64},
    ).with_columns(TEXT)


def test_each_segment_holds_its_leads() -> None:
    leads = queue(
        {"lead_id": "ring", "subject_type": "ring"},
        {"lead_id": "large", "amount_fen": 10_000_000},
        {"lead_id": "nearly", "amount_fen": 9_999_999},
        {"lead_id": "clear", "level": "clear_violation"},
        {"lead_id": "mine", "assignee": "ann"},
        {"lead_id": "later", "assignee": "ann", "standing": "snoozed"},
        {"lead_id": "never", "amount_fen": 10_000_000, "standing": "dismissed"},
    )

    views = ("mine", "rings", "large", "clear", "snoozed", "dismissed")
    assert [sifted(leads, view, "ann")["lead_id"].to_list() for view in views] == [
        ["mine"], ["ring"], ["large"], ["clear"], ["later"], ["never"],
    ]  # fmt: skip
    assert sifted(leads, "all", "ann").height == 5
    assert counts(leads, "ann") == {"all": 5, "mine": 1, "rings": 1, "large": 1, "clear": 1, "snoozed": 1, "dismissed": 1}


def test_a_lead_is_found_by_every_word_at_once_and_special_signs_are_only_signs() -> None:
    leads = queue({"lead_id": "A", "institution_name": "康宁医院", "sentence_zh": "20 次 (住院)"}, {"lead_id": "B", "sentence_zh": "康宁"})

    assert sifted(leads, "all", "", "康宁 (住院")["lead_id"].to_list() == ["A"]
    assert sifted(leads, "all", "", pattern="reflux_drug").is_empty()
    assert sifted(leads, "all", "", pattern=None, assignee="").height == 2
    assert sifted(leads, "all", "", assignee="ann").is_empty()


def test_a_click_shows_a_row_and_a_tick_marks_it_and_a_filter_takes_both_away() -> None:
    assert _selected({"rows": [], "cells": []}, 9) == (0, [])
    assert _selected({"rows": [4, 2], "cells": []}, 9) == (4, [4, 2])
    assert _selected({"rows": [4, 2], "cells": [(7, "lead")]}, 9) == (7, [4, 2])
    assert _selected({"rows": [4], "cells": [(7, "lead")]}, 3) == (0, [])


def test_today_ends_where_the_hours_end() -> None:
    leads = queue(*({"hours_before": 6.0 * n, "work_hours": 6.0} for n in range(10)))

    assert within_today(leads, Capacity(inspectors=3, hours=6.0)) == 3


def test_capacity_comes_from_the_site(tmp_path) -> None:
    home = Home(tmp_path)
    assert Capacity.read(home) == Capacity()

    home.config.write_text("[capacity]\ninspectors = 23\nhours = 5.5\n", encoding="utf-8")
    assert Capacity.read(home).daily == pytest.approx(126.5)


def test_a_letter_stands_for_each_kind_and_a_dot_for_none() -> None:
    assert letters('[{"kind": "rule"}, {"kind": "face"}, {"kind": "rule"}]') == "规・・・脸"


def test_a_row_of_the_table_says_who_and_what_only() -> None:
    assert brief("某医院（疑似）：20 次住院；可追回 3 元；概率 0.7。") == "某医院：20 次住院"
    assert brief("Group 21ba8cec6e172a50 (suspicious): 3 codes; 5 yuan.") == "Group 21ba8c…: 3 codes"


def test_the_exported_queue_runs_nothing_and_keeps_numbers_as_numbers() -> None:
    leads = queue({"rank": 1, "score": 0.5, "amount_fen": 1_234, "institution_name": "=HYPERLINK(1)", "sentence_zh": "@SUM(A1)"})
    rows = leads.select(written(leads))

    sheet = load_workbook(io.BytesIO(FORMS["xlsx"](rows))).active
    titles, cells = ([cell.value for cell in line] for line in sheet.iter_rows())
    line = dict(zip(titles, cells, strict=True))
    assert (line["机构"], line["线索"]) == ("'=HYPERLINK(1)", "'@SUM(A1)")
    assert (line["可追回 / 元"], line["概率"], line["处理"]) == (12.34, 0.5, "待办")
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}, "no cell is a formula"
    assert "'=HYPERLINK(1)" in FORMS["csv"](rows).decode("utf-8-sig")
