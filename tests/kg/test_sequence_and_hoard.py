"""Boxes scanned in the order of their case, a card that collects one drug, boxes past their day, settlements past the agreement."""

from datetime import timedelta

import pytest

from tests.kg.crimes import DRUG, EPOCH, Fact, Hours, box, days, fire, line, many, purchase, row, sale, settle, visit
from tests.kg.crimes import person as insured

SEQUENCE, HOARD, EXPIRED = "trace_codes_scanned_in_sequence", "resale_prone_hoarding", "expired_drug_sold"
BARRED = "settled_for_non_designated"


def day(n: float) -> str:
    return str((EPOCH + timedelta(days=n)).date())


def scanned(serials: range | list[int], *, gap: float = 30, cards: int = 20, start: float = 10.0) -> Fact:
    """Boxes of these serial numbers, `gap` seconds apart, each on the next of `cards` cards."""
    return many(sale(box(f"8123{n:016d}"), to=f"C{i % cards}", after=Hours(start + i * gap / 3600)) for i, n in enumerate(serials))


def test_ten_boxes_of_a_case_on_ten_cards_in_five_minutes_are_cited() -> None:
    finding = fire(SEQUENCE, scanned(range(100, 110))).only()

    assert finding.subject == ("institution", "P1")
    assert finding.amount_fen == 10_000
    assert (finding.facts["boxes"], finding.facts["persons"]) == (10, 10)


def test_the_case_may_be_emptied_from_the_other_end() -> None:
    assert fire(SEQUENCE, scanned(list(range(110, 100, -1)))).only()


def test_nine_boxes_four_households_or_a_talk_between_are_a_busy_till() -> None:
    assert fire(SEQUENCE, scanned(range(100, 109))).none()
    assert fire(SEQUENCE, scanned(range(100, 110), cards=4)).none()
    assert fire(SEQUENCE, scanned(range(100, 110), cards=5)).only()
    assert fire(SEQUENCE, scanned(range(100, 110), gap=40)).only()
    assert fire(SEQUENCE, scanned(range(100, 110), gap=41)).none()


def test_boxes_as_they_stand_in_the_shelf_have_no_order() -> None:
    assert fire(SEQUENCE, scanned([105, 101, 109, 102, 108, 103, 107, 100, 106, 104])).none()


def test_a_household_that_buys_for_all_is_one() -> None:
    family = many(insured(f"C{n}", family="F1") for n in range(10))

    assert fire(SEQUENCE, family, scanned(range(100, 110))).none()


def test_a_till_without_a_clock_or_an_unknown_time_is_not_judged() -> None:
    assert fire(SEQUENCE, scanned(range(100, 110), gap=0, start=24.0)).none()
    run = fire(SEQUENCE, many(sale(box(f"A{n}"), to=f"C{n}", after=None) for n in range(10)))
    assert run.none()
    assert run.not_testable["sold_at"] == 10


def known(*, risk: str = "1", dose: float | None = 1) -> Fact:
    return row("kb_drug", med_list_codg=DRUG, ingredient_key="ACARBOSE", pack_content=30, max_daily_dose=dose, resale_risk=risk)


def fetched(packs: list[int], *, every: int = 20, med_type: str = "41") -> Fact:
    """Purchases of so many packs of a month, at two shops in turn; 300 yuan a pack."""
    return many(
        line(
            f"V{i}",
            person="ANN",
            at_place=f"P{i % 2}",
            item=DRUG,
            when=days(i * every),
            cnt=n,
            fen=30_000 * n,
            charge="09",
            med_type=med_type,
        )
        for i, n in enumerate(packs)
    )


def test_what_lies_beyond_a_year_and_three_tenths_is_cited_and_no_more() -> None:
    finding = fire(HOARD, known(), fetched([8, 7, 2])).only()  # 510 days of supply; 474.5 are free

    assert finding.subject == ("patient", "ANN")
    assert finding.amount_fen == round(60_000 * 35.5 / 60)
    assert finding.facts["sources"] == 1
    assert finding.facts["most_days_in_a_year"] == pytest.approx(510)


def test_fifteen_months_of_supply_in_a_year_are_free_and_so_is_what_a_year_divides() -> None:
    assert fire(HOARD, known(), fetched([8, 7])).none()
    assert fire(HOARD, known(), fetched([8, 8], every=365)).none()
    assert fire(HOARD, known(), fetched([8, 8], every=364)).only()


def test_a_drug_that_nobody_wants_a_hospitals_gift_and_an_unknown_dose_do_not_fire() -> None:
    assert fire(HOARD, known(risk="0"), fetched([9, 9])).none()
    assert fire(HOARD, known(), fetched([9, 9], med_type="21")).none()
    run = fire(HOARD, known(dose=None), fetched([9, 9]))
    assert run.none()
    assert run.not_testable["max_daily_dose"] == 2


def bought(lot: str = "L1", *, expires: str | None = "2025-07-01") -> Fact:
    return row("purcinfo_3503", fixmedins_code="P1", med_list_codg=DRUG, purc_retn_cnt=9, manu_lotnum=lot, expy_end=expires)


def handed_out(n: int, *, lot: str = "L1", expires: str | None = "2025-07-01", on: float = 0, pay: str = "1") -> Fact:
    def one(i: int) -> Fact:
        columns = {"fixmedins_code": "P1", "med_list_codg": DRUG, "sel_retn_cnt": 1, "mdtrt_setl_type": pay, "setl_id": f"S-V{i}"}
        goods = row("selinfo_3505", **columns, sel_retn_time=EPOCH + timedelta(days=on, hours=10), manu_lotnum=lot, expy_end=expires)
        return goods + purchase(name=f"V{i}", when=days(on))

    return many(one(i) for i in range(n))


def test_three_boxes_sold_after_their_day_are_cited() -> None:
    finding = fire(EXPIRED, bought(), handed_out(3, lot="l1")).only()

    assert finding.subject == ("institution", "P1")
    assert finding.amount_fen == 3_000
    assert len(finding.cites("selinfo_3505")) == 3
    assert finding.facts["most_days_expired"] == 6


def test_the_last_day_is_a_day_and_two_boxes_are_overlooked() -> None:
    assert fire(EXPIRED, bought(), handed_out(3, on=-6)).none()
    assert fire(EXPIRED, bought(), handed_out(3, on=-5)).only()
    assert fire(EXPIRED, bought(), handed_out(2)).none()


def test_a_day_typed_wrong_on_either_side_a_placeholder_and_cash_do_not_fire() -> None:
    assert fire(EXPIRED, bought(expires="2027-07-01"), handed_out(3)).none()
    assert fire(EXPIRED, bought(), handed_out(3, expires="2027-07-01")).none()
    assert fire(EXPIRED, bought(), bought(expires="2027-07-01"), handed_out(3)).none()
    assert fire(EXPIRED, bought(expires="1900-01-01"), handed_out(3, expires="1900-01-01")).none()
    assert fire(EXPIRED, bought(), handed_out(3, pay="2")).none()


def test_an_unknown_lot_or_day_is_not_testable() -> None:
    run = fire(EXPIRED, bought(), handed_out(3, expires=None))

    assert run.none()
    assert run.not_testable["expy_end"] == 3


def agreement(status: str | None, since: float, until: float | None = None, *, begun: float = -900) -> Fact:
    ends = until if until is None else day(until)
    return row("fixmedins_b", fixmedins_code="P1", agreement_status=status, status_from=day(since), status_to=ends, begndate=day(begun))


def served(n: int, *, begun: float, settled: float | None = None) -> Fact:
    def one(i: int) -> Fact:
        name = f"V{i}"
        bill = line(name, at_place="P1", when=days(begun)) + settle(name, when=days(begun if settled is None else settled))
        return bill + visit(name, when=days(begun))

    return many(one(i) for i in range(n))


SUSPENDED = agreement("active", -900, 0) + agreement("suspended", 1, 60)


def test_visits_of_a_suspended_institution_are_cited_whole() -> None:
    finding = fire(BARRED, SUSPENDED, served(3, begun=30)).only()

    assert finding.subject == ("institution", "P1")
    assert finding.amount_fen == 3_000
    assert finding.facts["agreement"] == "suspended"


def test_who_came_before_and_the_edge_days_are_settled_lawfully() -> None:
    assert fire(BARRED, SUSPENDED, served(3, begun=-1, settled=30)).none()
    assert fire(BARRED, SUSPENDED, served(3, begun=1)).none()
    assert fire(BARRED, SUSPENDED, served(3, begun=2)).only()
    assert fire(BARRED, SUSPENDED, served(3, begun=60)).none()
    assert fire(BARRED, SUSPENDED, served(2, begun=30)).none()


def test_a_register_that_also_says_active_or_says_nothing_accuses_nobody() -> None:
    assert fire(BARRED, SUSPENDED, agreement("active", 20, begun=20), served(3, begun=30)).none()
    run = fire(BARRED, agreement(None, 1, 60), served(3, begun=30))
    assert run.none()
    assert run.not_testable["agreement_status"] == 1
