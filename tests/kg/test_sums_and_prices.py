"""Bills that do not multiply, do not add up or pass the ceiling; and units, families and surcharges that explain them."""

from typing import Any

import pytest

from tests.kg.crimes import DRUG, SERVICE, Fact, fire, line, many, row, settle, visit

PRODUCT, SUM, CAP = "line_arithmetic_broken", "settlement_does_not_add_up", "price_above_cap"


def billed(*, fee: int = 1_000, price: float | None = 10.0, cnt: int = 1, item: str = SERVICE, **columns: object) -> Fact:
    """A line whose price is said apart from its amount. Its key is the line's."""
    made = line(str(columns.pop("mdtrt_id", "M1")), cnt=cnt, fen=fee, item=item)
    return Fact(tuple((t, {**r, "pric": price, **columns}) for t, r in made.rows), made.key)


HONEST = many(billed() for _ in range(97))


def test_three_amounts_above_price_times_count_cite_what_was_added() -> None:
    finding = fire(PRODUCT, HONEST, *(billed(fee=5_000, price=10.0, cnt=2) for _ in range(3))).only()

    assert finding.subject == ("institution", "H1")
    assert [fen for _, _, fen in finding.evidence] == [3_000] * 3


@pytest.mark.parametrize(("fee", "hits"), [(1_100, 0), (1_101, 1)])
def test_a_yuan_may_be_rounding(fee: int, hits: int) -> None:
    assert len(fire(PRODUCT, HONEST, *(billed(fee=fee) for _ in range(3))).findings) == hits


def test_slips_discounts_and_less_than_the_product_are_no_crime() -> None:
    assert fire(PRODUCT, HONEST, *(billed(fee=5_000) for _ in range(2))).none()
    assert fire(PRODUCT, HONEST, *(billed(fee=500) for _ in range(3))).none()
    assert fire(PRODUCT, HONEST, *(billed(fee=5_000, medins_disc_amt=-4_000) for _ in range(3))).none()


def test_an_item_whose_price_stands_for_a_pack_is_a_matter_of_coding() -> None:
    assert fire(PRODUCT, *(billed(fee=5_000) for _ in range(10))).none()
    assert fire(PRODUCT, HONEST, *(billed(fee=5_000) for _ in range(6))).none()  # 6 of 103
    assert fire(PRODUCT, HONEST, *(billed(fee=5_000) for _ in range(5))).only()  # 5 of 102


def test_a_line_without_a_price_is_not_testable() -> None:
    run = fire(PRODUCT, *(billed(fee=5_000, price=None) for _ in range(3)))

    assert run.none()
    assert run.not_testable["pric"] == 3


def paid(name: str, *, bill: int = 10_000, fund: int = 7_000, cash: int | None = 3_000, **columns: object) -> Fact:
    given = {"cash_payamt": cash, "hifp_pay": fund, **columns}
    made = settle(name, fen=bill, paid=fund, account=0, shop=False)
    return Fact(tuple((t, {**r, **given}) for t, r in made.rows), made.key)


ADDED_UP = many(paid(f"OK{n}") for n in range(57))


def broken(n: int = 3, **columns: Any) -> Fact:
    return many(paid(f"BAD{k}", **columns) for k in range(n))


def test_more_paid_than_billed_is_cited_with_the_excess_as_an_estimate() -> None:
    finding = fire(SUM, ADDED_UP, broken(fund=9_000)).only()

    assert finding.subject == ("institution", "P1")
    assert len(finding.cites("setl_d")) == 3
    assert (finding.facts["above_the_bill"], finding.facts["above_the_parts"]) == (3, 0)
    assert not finding.amount_fen


def test_a_fund_that_paid_more_than_its_parts_is_cited() -> None:
    assert fire(SUM, ADDED_UP, broken(hifp_pay=5_000)).only().facts["above_the_parts"] == 3
    assert fire(SUM, ADDED_UP, broken(hifp_pay=5_000, hifmi_pay=2_000)).none()  # serious illness paid the rest


@pytest.mark.parametrize(("fund", "hits"), [(7_010, 0), (7_011, 1)])
def test_ten_fen_are_rounding(fund: int, hits: int) -> None:
    assert len(fire(SUM, ADDED_UP, broken(fund=fund)).findings) == hits


def test_two_slips_a_family_account_and_another_definition_are_no_crime() -> None:
    assert fire(SUM, ADDED_UP, broken(2, fund=9_000)).none()
    assert fire(SUM, ADDED_UP, broken(acct_mulaid_pay=3_000)).none()
    assert fire(SUM, ADDED_UP, broken(4, fund=9_000)).none()  # 4 of 61
    assert fire(SUM, ADDED_UP, broken(fund=9_000, mid_setl_flag="1")).none()


def test_a_settlement_without_its_cash_is_not_tested_against_the_bill() -> None:
    run = fire(SUM, ADDED_UP, broken(fund=9_000, cash=None))

    assert run.none()
    assert run.not_testable["cash_payamt"] == 3


def dear(price: float = 12.0, *, item: str = SERVICE, level: str = "05", age: int = 40, when: float = 10.0, **columns: object) -> Fact:
    made = line("M1", item=item, fen=round(price * 100), when=when)
    known = Fact(tuple((t, {**r, "pric": price, **columns}) for t, r in made.rows), made.key)
    return known + visit("M1", at_place="H1", med_type="11", hosp_lv=level, age=age)


def ceiling(fen: int = 1_000, *, level: str = "05", item: str = SERVICE, **validity: str) -> Fact:
    return row("kb_price", med_list_codg=item, hosp_lv=level, price_cap_fen=fen, **validity)


def test_a_price_above_the_list_cites_the_part_above() -> None:
    bill = dear(12.0)

    finding = fire(CAP, ceiling(), bill).only()

    assert finding.subject == ("institution", "H1")
    assert finding.evidence == [("fee_list_d", bill.key, 200)]


@pytest.mark.parametrize(("price", "hits"), [(10.0, 0), (10.01, 0), (10.02, 1)])
def test_the_ceiling_may_be_reached(price: float, hits: int) -> None:
    assert len(fire(CAP, ceiling(), dear(price)).findings) == hits


def test_a_list_for_the_level_goes_before_the_line_and_before_one_for_all() -> None:
    assert fire(CAP, ceiling(1_500), dear(12.0, pric_uplmt_amt=10)).none()
    assert fire(CAP, ceiling(1_500), ceiling(1_000, level=""), dear(12.0)).none()
    assert fire(CAP, ceiling(1_000, level="02"), dear(12.0)).none()
    assert fire(CAP, dear(12.0, pric_uplmt_amt=10)).only().amount_fen == 200


def test_a_part_moved_to_the_patient_and_a_childs_surcharge_are_no_crime() -> None:
    assert fire(CAP, ceiling(), dear(12.0, overlmt_selfpay=200)).none()
    assert fire(CAP, ceiling(), dear(12.0, age=6)).none()
    assert fire(CAP, ceiling(), dear(12.0, age=7)).only()
    assert fire(CAP, ceiling(item=DRUG), dear(12.0, age=6, item=DRUG)).only()  # a box costs what it costs


@pytest.mark.parametrize(("first", "hits"), [("2025-07-01", 1), ("2025-07-06", 0), ("2025-07-07", 0), ("2025-07-08", 0), ("2025-08-01", 0)])
def test_on_the_days_of_a_change_nothing_is_judged(first: str, hits: int) -> None:
    assert len(fire(CAP, ceiling(valid_from=first), dear(12.0)).findings) == hits


def test_an_item_without_a_ceiling_is_not_judged() -> None:
    assert fire(CAP, dear(12.0)).none()
    assert fire(CAP, ceiling(), dear(12.0, pric=None)).none()
