"""Articles by number, elements by table, and no number where it is not certain."""

from __future__ import annotations

from datetime import date

import pytest

from graph.contract import CONTRACT
from graph.errors import WrongUse
from kg.law import STATUTES, law_for
from kg.patterns import PATTERNS

EIGHT_KINDS = {"书证", "物证", "视听资料", "电子数据", "证人证言", "当事人的陈述", "鉴定意见", "勘验笔录、现场笔录"}
SUBJECTS = ("institution", "doctor", "patient", "employer", "handler", "ring")


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_has_articles_elements_and_known_names(pattern: str) -> None:
    law = law_for(pattern)

    assert {article.statute for article in law.articles} <= set(STATUTES)
    assert {kind for element in law.elements for kind in element.kinds} <= EIGHT_KINDS
    assert {table for element in law.elements for table in element.tables} <= set(CONTRACT.tables)
    assert {subject for article in law.articles for subject in article.of} <= set(SUBJECTS)
    for subject in PATTERNS[pattern].lead_subject:
        assert law.citations(subject), f"{pattern} cites nothing for {subject}"


@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_uncertain_number_is_never_printed(pattern: str) -> None:
    for article in law_for(pattern).articles:
        assert "待核" not in article.article
        assert article.article == "" or article.article.replace("-", "").isdigit()
        if article.statute in {"fund_rules", "trace_code"}:
            assert article.citation()["article"] is None


def test_an_empty_bed_is_article_38_1_1_of_the_regulation() -> None:
    assert {"statute": "fund_reg", "article": "38", "paragraph": "1", "item": "1"} in law_for("phantom_bed").citations("institution")


def test_a_lead_cites_no_crime() -> None:
    cited = {c["statute"] for pattern in PATTERNS for c in law_for(pattern).citations("institution")}

    assert "criminal" not in cited
    assert "joint_2024_6" not in cited


def test_institution_and_person_have_their_own_articles() -> None:
    of_shop = {c["article"] for c in law_for("card_cashing").citations("institution")}
    of_holder = {c["article"] for c in law_for("card_cashing").citations("patient")}

    assert "38" in of_shop
    assert "41" not in of_shop
    assert "41" in of_holder
    assert "38" not in of_holder
    assert {"38", "41"} <= {c["article"] for c in law_for("card_collecting").citations("ring")} | of_shop | of_holder


def test_no_citation_stands_twice() -> None:
    for pattern in PATTERNS:
        for subject in SUBJECTS:
            cited = law_for(pattern).citations(subject)
            assert len(cited) == len({tuple(c.items()) for c in cited})


def test_a_statute_counts_from_its_first_day() -> None:
    def statutes(on: date) -> set[str]:
        return {article.statute for article in law_for("reflux_drug", on).articles}

    assert "fund_rules" not in statutes(date(2026, 3, 31))
    assert "fund_rules" in statutes(date(2026, 4, 1))
    assert "fund_reg" in statutes(date(2025, 7, 1))


def test_elements_are_shown_by_the_tables_that_speak_to_them() -> None:
    shown = {element.fact: tables for element, tables in law_for("phantom_bed").shown({"face_check", "fee_list_d"})}

    assert shown["住院期间患者实际不在院或者夜间不在床"] == ("face_check",)
    assert shown["床位费、护理费等已收取"] == ("fee_list_d",)
    assert shown["护理、医嘱执行、体温记录与不在院事实矛盾"] == ()


def test_no_delivered_table_shows_intent() -> None:
    for element, tables in law_for("phantom_bed").shown(set(CONTRACT.tables)):
        if "明知" in element.fact:
            assert tables == ()


def test_an_unknown_pattern_says_what_there_is() -> None:
    with pytest.raises(WrongUse, match="witchcraft"):
        law_for("witchcraft")


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_word_of_ours_is_also_english(pattern: str) -> None:
    law = law_for(pattern)

    assert all(element.fact_en and element.evidence_en for element in law.elements)
    assert len(law.defences) == len(law.defences_en)
    assert bool(law.note) == bool(law.note_en)
    assert all(bool(article.when) == bool(article.when_en) for article in law.articles)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_administrative_penalty_says_its_range_unless_its_number_is_uncertain(pattern: str) -> None:
    for article in law_for(pattern).articles:
        if article.section in {"plain", "fraud"}:
            assert (article.consequence is None) == (article.article == ""), article


def test_paragraphs_of_one_article_may_differ() -> None:
    lent, used = (next(a for a in law_for("impersonation").articles if (a.article, a.paragraph) == ("41", n)) for n in "12")

    assert lent.consequence is not None
    assert lent.consequence.fine == ()
    assert used.consequence is not None
    assert used.consequence.fine == (2, 5)


def test_the_version_in_force_is_that_of_the_day() -> None:
    law = STATUTES["sil"]

    assert law.version_on(date(2011, 6, 30)) is None
    assert law.version_on(date(2018, 12, 28)) == date(2011, 7, 1)
    assert law.version_on(date(2018, 12, 29)) == date(2018, 12, 29)
