"""More billed than bought, billed and never bought, sold and never counted: three rules on one stock book."""

import pytest

from tests.kg.crimes import DRUG, OTHER_DRUG, Fact, bought, counted, days, fire, line, many, row, settle

NEVER, EXCEED, BROKEN = "sold_without_any_purchase", "insured_sales_exceed_purchase", "stock_balance_broken"
KNOWN = [f"X{letter}01AAA001A001010100001" for letter in "BCDEFGH"]
BOOKS = many(counted(50, drug=d) + bought(drug=d, on=24) + line("V0", at_place="P1", item=d, when=days(3)) for d in KNOWN)
"""A pharmacy whose stock book knows what it bills."""


def billed(packs: int, drug: str = DRUG, *, fen: int = 30_000, start: int = 5) -> Fact:
    return many(
        line(f"V{n}", at_place="P1", item=drug, when=days(start + n), fen=fen, charge="09") + settle(f"V{n}", when=days(start + n), fen=fen)
        for n in range(1, packs + 1)
    )


def test_a_drug_never_in_stock_is_cited_with_all_its_lines() -> None:
    finding = fire(NEVER, BOOKS, billed(3)).only()

    assert finding.subject == ("institution", "P1")
    assert finding.amount_fen == 90_000
    assert finding.facts["ingredient_form"] == DRUG[:14]


def test_two_packs_may_be_old_stock() -> None:
    assert fire(NEVER, BOOKS, billed(2)).none()


@pytest.mark.parametrize("arrival", [bought(drug=DRUG, on=48), counted(9, drug=DRUG), bought(drug=DRUG[:14] + "099900009", on=48)])
def test_stock_of_any_pack_explains_the_sale(arrival: Fact) -> None:
    assert fire(NEVER, BOOKS, arrival, billed(3)).none()


UNCOUNTED = many(bought(drug=d) + line("V0", at_place="P1", item=d, when=days(3)) for d in [*KNOWN, *(d[:3] + "9" + d[4:] for d in KNOWN)])
"""A pharmacy that never counted; its purchases cover what it bills."""


def asked_for(persons: int, *, start: int = 91) -> Fact:
    return many(line(f"V{n}", person=f"C{n}", at_place="P1", item=DRUG, when=days(start + n), fen=30_000) for n in range(persons))


def test_without_stocktaking_five_persons_after_ninety_days_show_a_drug_never_bought() -> None:
    finding = fire(NEVER, UNCOUNTED, asked_for(5)).only()

    assert finding.amount_fen == 150_000
    assert finding.facts["persons"] == 5


def test_without_stocktaking_old_stock_may_last_ninety_days_and_longer_for_few() -> None:
    assert fire(NEVER, UNCOUNTED, asked_for(5, start=86)).none()  # the last one on day 90
    assert fire(NEVER, UNCOUNTED, asked_for(4)).none()


def test_without_stocktaking_purchases_must_know_nearly_all_that_is_billed() -> None:
    strange = many(line("V0", at_place="P1", item=f"X{letter}09AAA001A001010100001", when=days(3)) for letter in "JK")

    assert fire(NEVER, UNCOUNTED, strange, asked_for(5)).none()


def test_what_exceeds_the_purchases_is_unknown_without_a_stocktaking() -> None:
    assert fire(EXCEED, UNCOUNTED, bought(drug=DRUG, cnt=3, on=48), billed(9)).none()


def test_a_stock_book_that_knows_few_drugs_is_not_judged() -> None:
    unknown = many(billed(1, f"X{letter}09AAA001A001010100001") for letter in "JKLMNOP")

    assert fire(NEVER, counted(5, drug=KNOWN[0]), bought(drug=KNOWN[0]), unknown, billed(3)).none()


def test_unknown_day_is_not_testable() -> None:
    run = fire(NEVER, BOOKS, many(line(f"V{n}", at_place="P1", item=DRUG, when=None) for n in range(3)))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 3}


def test_the_surplus_over_all_that_came_in_is_cited_and_no_more() -> None:
    finding = fire(EXCEED, BOOKS, counted(2, drug=DRUG), bought(drug=DRUG, cnt=3, on=48), billed(9)).only()

    assert finding.facts["packs_available"] == 5
    assert finding.amount_fen == 4 * 30_000


def test_as_much_as_came_in_is_quiet() -> None:
    assert fire(EXCEED, BOOKS, counted(6, drug=DRUG), bought(drug=DRUG, cnt=3, on=48), billed(9)).none()


def test_a_small_surplus_is_a_trifle() -> None:
    assert fire(EXCEED, BOOKS, counted(6, drug=DRUG), billed(9, fen=30_000)).none()  # 3 packs of 300 yuan
    assert fire(EXCEED, BOOKS, counted(6, drug=DRUG), billed(9, fen=40_000)).only()


def test_packs_opened_for_dispensing_are_counted_in_another_unit() -> None:
    opened = row("selinfo_3505", fixmedins_code="P1", med_list_codg=DRUG, sel_retn_cnt=1, sel_retn_time="2025-07-20", trdn_flag="1")

    assert fire(EXCEED, BOOKS, counted(2, drug=DRUG), opened, billed(9)).none()


def sold(packs: int, drug: str = DRUG, *, on: int = 5) -> Fact:
    """What the shop's own record says went over the counter."""
    return row("selinfo_3505", fixmedins_code="P1", med_list_codg=drug, sel_retn_cnt=packs, sel_retn_time=f"2025-07-{7 + on:02d} 12:00:00")


def test_more_sold_between_two_counts_than_there_was() -> None:
    counts = counted(4, drug=DRUG) + counted(1, drug=DRUG, on=30 * 24)

    finding = fire(BROKEN, BOOKS, counts, sold(9), billed(9)).only()

    assert finding.facts["packs_missing"] == 6
    assert finding.amount_fen == 6 * 30_000


def test_what_adds_up_is_quiet_and_two_units_are_tolerance() -> None:
    for left in (1, 3):  # 4 + 6 bought - 9 sold = 1
        counts = counted(4, drug=DRUG) + counted(left, drug=DRUG, on=30 * 24)
        assert fire(BROKEN, BOOKS, counts, bought(drug=DRUG, cnt=6, on=48), sold(9), billed(9)).none()


def test_a_deleted_record_does_not_count() -> None:
    counts = counted(4, drug=DRUG) + counted(1, drug=DRUG, on=30 * 24)
    wrong = row(
        "purcinfo_3503", fixmedins_code="P1", med_list_codg=DRUG, purc_retn_cnt=6, purc_retn_stoin_time="2025-07-09", fixmedins_bchno="B"
    )
    deleted = row("inv_del_3507", fixmedins_code="P1", fixmedins_bchno="B", inv_data_type="3")

    assert fire(BROKEN, BOOKS, counts, wrong, sold(9), billed(9)).none()
    assert fire(BROKEN, BOOKS, counts, wrong, deleted, sold(9), billed(9)).only()


def test_another_drug_left_over_is_not_accused() -> None:
    counts = counted(9, drug=OTHER_DRUG) + counted(9, drug=OTHER_DRUG, on=30 * 24)

    assert fire(BROKEN, BOOKS, counts, bought(drug=OTHER_DRUG, cnt=5, on=48)).none()
