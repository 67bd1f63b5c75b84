"""Fact, source, doubt: what the allegation says and what it must never say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.leads import sentence
from app.leads.sentence import FACTS, Claim
from kg.patterns import PATTERNS

CLAIM = Claim(
    pattern="phantom_bed",
    level="suspicious",
    subject_type="institution",
    subject_id="H1",
    name="城东医院",
    figures={"persons": 11, "visits": 1_412, "settlements": 3, "codes": 0, "records": 9, "institutions": 1, "rows": 20_000},
    period=(date(2025, 7, 1), date(2025, 12, 31)),
    amount_fen=21_998_640,
    estimate_fen=None,
    rules=2,
    score=0.75,
    not_excluded=("family_proxy",),
)


def test_fact_source_and_doubt_in_chinese() -> None:
    assert sentence.zh(CLAIM) == (
        "城东医院（疑似）：1,412 次住院期间有不在院的记录，涉及 11 名持卡人，2025-07-01 至 2025-12-31；可追回 219,986.40 元；"
        "依据 2 条规则、20,000 行记录，概率 0.75（先验）；家属代购、代办未能排除。"
    )


def test_and_in_english() -> None:
    assert sentence.en(CLAIM) == (
        "城东医院 (suspicious): 1,412 stays stand beside records of absence, 11 card holders, 2025-07-01 to 2025-12-31; "
        "219,986.40 yuan recoverable; 2 rules, 20,000 rows, probability 0.75 (prior); "
        "could not be ruled out: a family member acted for another."
    )


def test_what_nobody_could_test_is_not_called_ruled_out() -> None:
    untested, tested = replace(CLAIM, not_excluded=()), replace(CLAIM, not_excluded=(), ruled_out=2)

    assert sentence.zh(untested).endswith("；其他解释均无数据可检验。")
    assert sentence.en(untested).endswith("; no innocent explanation could be tested.")
    assert sentence.zh(tested).endswith("；已检验的其他解释均未成立。")
    assert sentence.en(tested).endswith("; no tested innocent explanation held.")


def test_a_person_stays_under_a_number_and_is_a_card_holder() -> None:
    assert sentence.zh(replace(CLAIM, subject_type="patient", subject_id="P1", name="")).startswith("持卡人 P1（疑似）")


def test_an_estimate_is_called_one() -> None:
    estimated = replace(CLAIM, amount_fen=0, estimate_fen=500_000)

    assert "估算损失 5,000.00 元（不计入可追回）" in sentence.zh(estimated)
    assert "loss estimated at 5,000.00 yuan" in sentence.en(estimated)
    assert "未计金额" in sentence.zh(replace(CLAIM, amount_fen=0))


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("level", ["suspicious", "clear_violation"])
def test_every_pattern_has_a_sentence_that_never_overstates(pattern: str, level: str) -> None:
    zh, en = sentence.zh(replace(CLAIM, pattern=pattern, level=level)), sentence.en(replace(CLAIM, pattern=pattern, level=level))

    assert not any(word in zh for word in ("骗保", "大量", "严重", "异常高", "证明"))
    assert "prove" not in en.lower()
    assert ("明确违规" in zh) == (level == "clear_violation")


def test_the_sentences_are_those_of_the_patterns() -> None:
    assert set(FACTS) == set(PATTERNS)
