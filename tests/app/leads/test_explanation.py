"""What `explain` and the lead page say of a lead: facts, elements shown and missing, articles and their words, doubt, next steps."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.leads.explanation import Explanation
from graph.home import Home
from kg.law.texts import load
from tests.app.leads.findings import Hit, Row, line, make_run

TEXT = """id = "fund_reg"
title = "试验条例"
short_title = "条例"
effective = "2021-05-01"
[[article]]
no = "38"
text = "WHOLE"
items = [{ no = "1", paragraph = "1", text = "OFFICIAL WORDS" }]
"""


@pytest.fixture
def said(home: Home) -> Explanation:
    """An empty bed that a missed check speaks to; billed lines, no nursing record."""
    checked = Row("face_check", {"check_id": "C1"}, psn="P1", at="H1", visit="M1")
    leads = make_run(home, Hit("phantom_bed", [line("M1", fen=12_300), checked], subject=("patient", "P1"), checks=["feed_missing"]))
    return leads.explanation(leads.page()["lead_id"][0])


def test_each_source_says_which_rows_it_cites(said: Explanation) -> None:
    (fact,) = said.facts

    assert fact.tables == {"face_check": 1, "fee_list_d": 1}
    assert "1 行" in fact.words.zh
    assert "1 rows of face_check" in fact.words.en


def test_elements_are_shown_by_rows_or_missing_with_what_to_obtain(said: Explanation) -> None:
    by_fact = {shown.element.fact: shown for shown in said.elements}

    assert by_fact["住院期间患者实际不在院或者夜间不在床"].tables == {"face_check": 1}
    assert by_fact["护理、医嘱执行、体温记录与不在院事实矛盾"].tables == {}
    assert "护理记录" in by_fact["护理、医嘱执行、体温记录与不在院事实矛盾"].words.zh


def test_no_row_shows_intent_and_only_the_fraud_articles_ask_for_it(said: Explanation) -> None:
    intent = [shown for shown in said.elements if shown.element.intent]

    assert intent
    assert all(shown.tables == {} and "仅骗取须证" in shown.words.zh for shown in intent)


def test_with_and_without_intent_have_their_own_consequence(said: Explanation) -> None:
    by_section = {p.article.section: p.words for p in said.provisions}

    assert "1 至 2 倍" in by_section["plain"].zh
    assert "2 to 5 times the amount obtained" in by_section["fraud"].en
    assert "倍" not in by_section["duty"].zh


def test_money_and_period_are_said_in_both_languages(said: Explanation) -> None:
    assert "123.00 元" in said.money.zh
    assert "123.00 yuan" in said.money.en
    assert said.period.zh == "2025-07-01 至 2025-07-01"


def test_the_doubt_comes_before_the_gathering_of_evidence(said: Explanation) -> None:
    assert said.against[0].zh.startswith("无数据可检验")
    assert said.next[0].zh.startswith("先核实")


def test_official_words_are_quoted_only_where_they_are_loaded(home: Home, tmp_path: Path) -> None:
    leads = make_run(home, Hit("phantom_bed", [line("M1")], subject=("hospital", "H1")))
    lead_id = leads.page()["lead_id"][0]
    assert [p.quote for p in leads.explanation(lead_id).provisions if p.quote] == []

    (tmp_path / "a.toml").write_text(TEXT, encoding="utf-8")
    load(home, tmp_path / "a.toml")

    quotes = {p.article.article: p.quote for p in leads.explanation(lead_id).provisions}
    assert quotes["38"] is not None
    assert quotes["38"].text == "OFFICIAL WORDS"
    assert quotes["15"] is None
