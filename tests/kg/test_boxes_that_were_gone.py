"""Boxes billed after they had left: destroyed, sent back, sold for cash; and boxes that came back while the money stayed."""

import pytest

from tests.kg.crimes import DRUG, Fact, Hours, at, bought, box, days, fire, line, many, purchase, row, sale
from tests.kg.shelf import brought_back, for_cash, gone, sent_back

GONE, CASH, KEPT = "trace_code_after_destroy_or_return", "self_pay_code_later_insured", "refund_to_cash"


def each(*codes: str, **how: object) -> Fact:
    return many(gone(box(c), **how) + sale(box(c), to=f"BUYER-{c}") for c in codes)  # type: ignore[arg-type]


def test_three_destroyed_boxes_on_bills_are_cited_with_their_destruction() -> None:
    finding = fire(GONE, each("A", "B", "C")).only()

    assert finding.subject == ("institution", "P1")
    assert finding.amount_fen == 3_000
    assert len(finding.cites("invchg_3502")) == 3
    assert (finding.facts["codes"], finding.facts["destroyed"]) == (3, 3)


def test_boxes_sent_back_to_the_supplier_were_gone_too() -> None:
    finding = fire(GONE, many(sent_back(box(c)) + sale(box(c)) for c in "ABC")).only()

    assert len(finding.cites("purcretn_3504")) == 3
    assert finding.facts["destroyed"] == 0


def test_two_codes_are_wrong_scans() -> None:
    assert fire(GONE, each("A", "B")).none()


@pytest.mark.parametrize("how", ["104", "102"])
def test_what_was_lost_may_be_found_and_what_was_lent_may_come_home(how: str) -> None:
    assert fire(GONE, each("A", "B", "C", how=how)).none()


def test_a_box_that_came_in_again_or_whose_destruction_was_taken_back_is_there() -> None:
    again = many(bought(box(c), on=-24) for c in "ABC")
    undone = many(row("inv_del_3507", fixmedins_code="P1", fixmedins_bchno=f"N-{c}", inv_data_type="2") for c in "ABC")
    booked = many(gone(box(c), batch=f"N-{c}") + sale(box(c)) for c in "ABC")

    assert fire(GONE, each("A", "B", "C"), again).none()
    assert fire(GONE, booked, undone).none()
    assert fire(GONE, booked).only()


def test_the_clock_forgives_an_hour_less_a_second_and_another_shop_is_another_story() -> None:
    assert fire(GONE, each("A", "B", "C", when=-1.0)).only()
    assert fire(GONE, each("A", "B", "C", when=Hours(-1) - -1)).none()
    assert fire(GONE, each("A", "B", "C", place="P2")).none()


def test_what_happens_everywhere_is_an_error_of_the_trade() -> None:
    others = many(gone(box(f"{p}{c}"), place=p) + sale(box(f"{p}{c}"), at=p) for p in ("P2", "P3", "P4", "P5", "P6") for c in "ABC")

    assert fire(GONE, each("A", "B", "C"), others).none()


def test_an_unknown_time_of_sale_is_not_testable() -> None:
    run = fire(GONE, many(gone(box(c)) + sale(box(c), after=None) for c in "ABC"))

    assert run.none()
    assert run.not_testable == {"sold_at": 3}


def sold_twice(*codes: str, buyer: str | None = None, when: float = -48.0) -> Fact:
    return many(for_cash(box(c), to=buyer, when=when) + sale(box(c), to="ANN") for c in codes)


def test_three_boxes_sold_for_cash_and_billed_later_are_cited_with_both_sales() -> None:
    finding = fire(CASH, sold_twice("A", "B", "C")).only()

    assert finding.subject == ("institution", "P1")
    assert finding.amount_fen == 3_000
    assert len(finding.cites("selinfo_3505")) == 3


def test_a_forgotten_card_is_fetched_within_a_day() -> None:
    assert fire(CASH, sold_twice("A", "B", "C", when=-24.0)).none()
    assert fire(CASH, sold_twice("A", "B", "C", buyer="ANN", when=-24.0)).none()
    assert fire(CASH, sold_twice("A", "B", "C", buyer="BOB", when=-1.0)).only()
    assert fire(CASH, sold_twice("A", "B", "C", buyer="ANN", when=Hours(-24) - 1)).only()


def test_cash_after_the_bill_a_return_or_a_new_delivery_and_two_slips_do_not_fire() -> None:
    assert fire(CASH, sold_twice("A", "B", "C", when=48.0)).none()
    assert fire(CASH, sold_twice("A", "B")).none()
    assert fire(CASH, sold_twice("A", "B", "C"), many(bought(box(c), on=-24) for c in "ABC")).none()
    back = many(row("selretn_3506", fixmedins_code="P1", med_list_codg=DRUG, sel_retn_cnt=1, drug_trac_codg=c) for c in "ABC")
    assert fire(CASH, sold_twice("A", "B", "C"), back).none()


def test_a_cash_sale_at_an_unknown_time_proves_nothing() -> None:
    run = fire(CASH, many(for_cash(box(c)) + sale(box(c), after=None) for c in "ABC"))

    assert run.none()
    assert run.not_testable["sold_at"] == 3


LATER = purchase(person="ZOE", when=days(30))
"""The shop goes on reporting."""


def swiped(n: int, *, packs: int = 1, back: int = 1, **how: object) -> Fact:
    return many(purchase(name=f"V{i}", person=f"C{i}", packs=packs) + brought_back(f"S-V{i}", packs=back, **how) for i in range(n))  # type: ignore[arg-type]


def test_goods_of_three_bills_came_back_and_the_money_stayed() -> None:
    finding = fire(KEPT, swiped(3), LATER).only()

    assert finding.subject == ("institution", "P1")
    assert finding.amount_fen == 3_000
    assert len(finding.cites("selretn_3506")) == 3
    assert finding.facts["persons"] == 3


def test_only_the_packs_that_came_back_count() -> None:
    assert fire(KEPT, swiped(3, packs=4, back=1), LATER).only().amount_fen == 750


def taken_back(visit: str, fen: int) -> Fact:
    """A refund of one pack that does not name its line."""
    (table, columns), *_ = line(visit, at_place="P1", item=DRUG, cnt=-1, fen=-fen).rows
    return Fact(((table, columns | {"pric": fen / 100}),))


def test_a_refund_of_settlement_or_line_settles_it() -> None:
    whole = many(purchase(name=f"V{i}", refunded=True) + brought_back(f"S-V{i}") for i in range(3))

    assert fire(KEPT, whole, LATER).none()
    assert fire(KEPT, swiped(3), many(taken_back(f"V{i}", 1_000) for i in range(3)), LATER).none()
    half = many(taken_back(f"V{i}", 500) for i in range(3))
    assert fire(KEPT, swiped(3, packs=2, back=2), half, LATER).only().amount_fen == 1_500


def test_an_exchange_serves_the_bill_again() -> None:
    served = {"fixmedins_code": "P1", "med_list_codg": DRUG, "sel_retn_cnt": 1, "sel_retn_time": at(13)}

    assert fire(KEPT, swiped(3), LATER, many(row("selinfo_3505", **served, setl_id=f"S-V{i}") for i in range(3))).none()


def test_two_forgotten_refunds_and_the_last_week_are_not_judged() -> None:
    assert fire(KEPT, swiped(2), LATER).none()
    assert fire(KEPT, swiped(3), purchase(person="ZOE", when=days(6, 23))).none()
    assert fire(KEPT, swiped(3), purchase(person="ZOE", when=days(7))).only()


def test_a_return_without_a_time_is_not_testable() -> None:
    run = fire(KEPT, swiped(3, when=None), LATER)

    assert run.none()
    assert run.not_testable["sel_retn_time"] == 3
