"""Boxes that the fund paid for at one counter and that another sells for cash."""

from __future__ import annotations

import pytest

from tests.kg.crimes import Fact, Hours, bought, box, days, fire, many, sale
from tests.kg.shelf import for_cash

DEALER = "settled_box_sold_for_cash_elsewhere"


def resold(*codes: str, when: float = days(9)) -> Fact:
    """Settled at P1 on the first day, sold for cash at P2."""
    return many(sale(box(c), to=f"B-{c}", after=days(0)) + for_cash(box(c), place="P2", when=when) for c in codes)


def test_the_dealer_is_named_and_what_the_fund_paid_is_cited() -> None:
    finding = fire(DEALER, resold("A", "B", "C")).only()

    assert finding.subject == ("institution", "P2")
    assert finding.amount_fen == 3_000
    assert len(finding.cites("selinfo_3505")) == 3
    assert (finding.facts["codes"], finding.facts["first_buyers"]) == (3, 3)


@pytest.mark.parametrize(("gap", "fires"), [(Hours(24), True), (Hours(24) - 1, False)])
def test_sales_within_a_day_may_be_late_posting(gap: Hours, fires: bool) -> None:
    assert bool(fire(DEALER, resold("A", "B", "C", when=days(0) + float(gap))).findings) is fires


def test_two_codes_are_wrong_scans() -> None:
    assert fire(DEALER, resold("A", "B")).none()


def test_whoever_had_the_box_first_is_no_dealer() -> None:
    assert fire(DEALER, resold("A", "B", "C"), many(bought(box(c), at="P2", on=-24) for c in "ABC")).none()
    # bought in after the fund had paid elsewhere: that is the chain itself
    assert fire(DEALER, resold("A", "B", "C"), many(bought(box(c), at="P2", on=days(5)) for c in "ABC")).only()


def test_what_came_back_where_it_was_settled_may_be_sold() -> None:
    back = many(sale(box(c), after=days(0), returned=True) + for_cash(box(c), place="P2", when=days(9)) for c in "ABC")

    assert fire(DEALER, back).none()


def test_a_time_nobody_knows_orders_nothing() -> None:
    unknown = many(sale(box(c), after=None) + for_cash(box(c), place="P2", when=days(9)) for c in "ABC")

    assert fire(DEALER, unknown).not_testable == {"sold_at": 3}


def test_the_usual_shop_scans_wrong_too() -> None:
    """Every shop has as many: it is the scanners, not a dealer."""
    slips = many(
        sale(box(f"{p}{n}"), at="P0", to=f"B{p}{n}", after=days(0)) + for_cash(box(f"{p}{n}"), place=f"Q{p}", when=days(9))
        for p in range(6)
        for n in range(3)
    )

    assert fire(DEALER, slips).none()
