"""Lines of warning: growth within a year, a fund that pays out more than it takes in."""

from __future__ import annotations

import itertools
from datetime import datetime

import pytest

from tests.kg.crimes import Fact, fire, many, row

GROWTH, RATIO = "growth_warning_line", "fund_ratio_warning_line"
_ID = itertools.count(1)


def paid(fen: int, when: datetime, *, person: str = "P", place: str = "H1", kind: str | None = "11", **more: object) -> Fact:
    columns = {
        "setl_id": f"S{next(_ID)}",
        "psn_no": person,
        "fixmedins_code": place,
        "setl_time": when,
        "fund_pay_sumamt": fen,
        "medfee_sumamt": fen,
    }
    return row("setl_d", **columns, med_type=kind, vali_flag="1", refd_setl_flag="0", **more)


def quarter(year: int, each: int, *, persons: int = 100, months: tuple[int, ...] = (1, 2, 3), **more: object) -> Fact:
    """The first quarter of a year: everybody once a month, from its first day to its last."""
    days = {1: 1, 2: 14, 3: 31}
    return many(paid(each, datetime(year, m, days[m], 10), person=f"P{n}", **more) for m in months for n in range(persons))  # type: ignore[arg-type]


BOOK = quarter(2025, 20_000, place="H9", persons=1) + quarter(2026, 20_000, place="H9", persons=1)
"""Somebody else, whose book covers both quarters."""


@pytest.mark.parametrize(("each", "level"), [(23_000, 1), (24_000, 2), (26_000, 3)])
def test_growth_beyond_a_line_is_told_with_its_parts_and_claims_nothing(each: int, level: int) -> None:
    finding = fire(GROWTH, BOOK, quarter(2025, 20_000), quarter(2026, each)).only()

    assert finding.subject == ("institution", "H1")
    assert finding.facts["level"] == level
    assert finding.facts["growth"] == pytest.approx(each / 20_000 - 1)
    assert finding.facts["growth_of_cost_per_visit"] == pytest.approx(each / 20_000 - 1)
    assert (finding.facts["growth_of_persons"], finding.facts["growth_of_visits_per_person"]) == (0, 0)
    assert len(finding.cites("setl_d")) == 300
    assert finding.evidence == []


def test_more_patients_are_told_apart_from_dearer_visits() -> None:
    facts = fire(GROWTH, BOOK, quarter(2025, 20_000), quarter(2026, 20_000, persons=150)).only().facts

    assert (facts["growth_of_persons"], facts["growth_of_cost_per_visit"]) == (0.5, 0)


def test_a_tenth_is_not_beyond_the_line_and_small_money_moves_no_rate() -> None:
    assert fire(GROWTH, BOOK, quarter(2025, 20_000), quarter(2026, 22_000)).none()
    assert fire(GROWTH, BOOK, quarter(2025, 13_000), quarter(2026, 16_666)).none()
    assert fire(GROWTH, BOOK, quarter(2025, 13_000), quarter(2026, 16_667)).only()


def test_one_dear_patient_is_no_growth() -> None:
    assert fire(GROWTH, BOOK, quarter(2025, 20_000), quarter(2026, 20_000), paid(2_000_000, datetime(2026, 2, 3), person="P1")).none()


def test_more_insured_explain_more_money() -> None:
    """A hundred insured of one age last year, a hundred and thirty now."""
    folk = many(row("psn_b", psn_no=f"P{n}", gend="1", brdy="1960-05-05") for n in range(130))
    since = many(
        row("psn_insu_d", psn_insu_rlts_id=f"I{n}", psn_no=f"P{n}", begndate="2020-01-01" if n < 100 else "2025-09-01") for n in range(130)
    )
    both = (quarter(2025, 20_000), quarter(2026, 20_000, persons=130))

    assert fire(GROWTH, BOOK, *both).only()
    assert fire(GROWTH, BOOK, folk, since, *both).none()


def test_a_feed_that_began_within_a_quarter_and_a_book_without_last_year_tell_nothing() -> None:
    assert fire(GROWTH, BOOK, quarter(2025, 20_000, months=(2, 3)), quarter(2026, 40_000)).none()
    assert fire(GROWTH, quarter(2026, 40_000)).none()


def test_a_quarter_that_the_book_covers_in_part_is_not_compared() -> None:
    """The newest quarter has a day only: the one before it is compared."""
    begun = paid(9_000_000, datetime(2026, 4, 2))

    assert fire(GROWTH, BOOK, quarter(2025, 20_000), quarter(2026, 26_000), begun).only()


def test_a_bill_of_unknown_kind_is_not_testable() -> None:
    fired = fire(GROWTH, paid(1, datetime(2026, 1, 1), kind=None))

    assert fired.none()
    assert fired.not_testable == {"med_kind": 1}


def reports(expense: int, *, months: int = 12, income: int = 1_000_000, dashed: bool = True, skip: int | None = None) -> Fact:
    """The fund's months from March 2025 on."""
    names = [f"{2025 + (2 + n) // 12}{'-' if dashed else ''}{(2 + n) % 12 + 1:02d}" for n in range(months)]
    kept = [name for n, name in enumerate(names) if n != skip]
    return many(row("fund_month", insu_admdvs="990301", insutype="310", period=name, income=income, expense=expense) for name in kept)


def bills(fen: int, *, place: str = "H1", year: int = 2025, area: str = "990301") -> Fact:
    return paid(fen, datetime(year, 6, 1), place=place, insu_admdvs=area, insutype="310")


@pytest.mark.parametrize(("expense", "level"), [(950_000, 1), (1_000_000, 2), (1_050_000, 3)])
def test_a_fund_that_spends_its_income_names_who_took_a_large_part(expense: int, level: int) -> None:
    finding = fire(RATIO, reports(expense), bills(9_500_000), bills(500_000, place="H2"), bills(1_000, place="H3")).findings

    assert {f.subject[1] for f in finding} == {"H1"}  # five of a hundred and a little more: H2 is below a twentieth
    assert finding[0].facts["level"] == level
    assert finding[0].facts["ratio"] == pytest.approx(expense / 1_000_000)
    assert len(finding[0].cites("fund_month")) == 12


def test_a_twentieth_of_the_payments_is_a_large_part() -> None:
    assert fire(RATIO, reports(990_000), bills(9_500_000), bills(500_000, place="H2")).subjects == {"H1", "H2"}


def test_below_the_first_line_nothing_is_said() -> None:
    assert fire(RATIO, reports(949_999), bills(9_500_000)).none()


def test_the_rise_is_told_where_the_year_before_is_known() -> None:
    now = (reports(990_000), bills(6_000_000), bills(6_000_000, place="H2"))
    known = fire(RATIO, *now, bills(6_000_000, year=2024), bills(2_000_000, place="H2", year=2024))

    assert {f.subject[1]: f.facts["share_of_rise"] for f in known} == {"H1": 0, "H2": 1}
    assert {f.facts["share_of_rise"] for f in fire(RATIO, *now)} == {None}


@pytest.mark.parametrize(("settled", "disagree"), [(11_286_000, False), (11_285_999, True)])
def test_reports_and_settlements_that_disagree_are_told(settled: int, disagree: bool) -> None:
    assert fire(RATIO, reports(990_000), bills(settled)).only().facts["books_disagree"] is disagree


def test_a_year_needs_all_its_months_in_either_writing() -> None:
    assert fire(RATIO, reports(990_000, dashed=False), bills(9_500_000)).only()
    assert fire(RATIO, reports(990_000, months=11), bills(9_500_000)).none()
    assert fire(RATIO, reports(990_000, skip=4), bills(9_500_000)).none()


def test_another_area_pays_its_own_fund_and_a_month_nobody_can_read_is_none() -> None:
    unread = row("fund_month", insu_admdvs="990301", insutype="310", period="first quarter", income=1, expense=1)

    assert fire(RATIO, reports(990_000), bills(9_500_000, area="990302")).none()
    assert fire(RATIO, reports(990_000, months=11), unread, bills(9_500_000)).none()


def test_a_settlement_without_a_time_is_not_testable() -> None:
    timeless = row("setl_d", setl_id="S", psn_no="P", fixmedins_code="H1", fund_pay_sumamt=1, medfee_sumamt=1, vali_flag="1")

    assert fire(RATIO, reports(990_000), timeless).not_testable["setl_time"] == 1
