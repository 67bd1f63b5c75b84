"""What a ward charges: grades of nursing, beds, materials above their price, and the costs of a stay moved to the clinic."""

import pytest

from tests.kg.crimes import DRUG, Fact, at, days, fire, hospital, line, many, pharmacy, row, stay, visit
from tests.kg.hospital import BED, NURSING

CHART, GRADES, STANDARD = "nursing_level_unsupported_by_vital_signs", "nursing_grades_overlap", "bed_charge_above_standard"
MARKUP, SHIFT = "consumable_markup", "prior_outpatient_billing_shift"
ABOVE = "drug_sold_above_purchase_price"
FIRST_GRADE = "001201000030000"
STENT = "C0101010010000100123"


def nursed(name: str, *, at_place: str = "H1", entries: int = 4, item: str = FIRST_GRADE, fen: int = 5_000, cnt: int = 1) -> Fact:
    """A stay of ten days with graded nursing every day and so many entries of the chart a day."""
    care = (line(name, person=name, at_place=at_place, item=item, charge="07", when=days(d, 8), fen=fen, cnt=cnt) for d in range(11))
    chart = (row("vital_sign", mdtrt_id=name, taken_at=at(days(d, 6 + n))) for d in range(11) for n in range(entries))
    return stay(name, person=name, at_place=at_place) + many([*care, *chart])


WATCHED = many(nursed(f"P{p}", at_place=f"P{p}") for p in range(5))
"""Five hospitals whose charts show first-grade care."""


def test_first_grade_by_bill_and_second_by_chart_cites_the_difference_of_the_full_days() -> None:
    second = nursed("S", item=NURSING, fen=3_000)

    finding = fire(CHART, WATCHED, second, nursed("X1", entries=3), nursed("X2", entries=3))

    assert finding.subjects == {"X1", "X2"}
    assert {f.amount_fen for f in finding} == {9 * 2_000}  # neither the first nor the last day


def test_four_entries_a_few_days_and_days_posted_together_are_care() -> None:
    assert fire(CHART, WATCHED, nursed("X1"), nursed("X2")).none()
    assert fire(CHART, WATCHED, nursed("X1", entries=3)).none()  # nine days
    assert fire(CHART, WATCHED, *(nursed(f"X{k}", entries=3, cnt=2) for k in range(3))).none()


def test_where_charts_come_thin_or_not_at_all_nobody_is_judged() -> None:
    thin = many(nursed(f"P{p}", at_place=f"P{p}", entries=1) for p in range(5))
    without = many(stay(f"N{k}", person=f"N{k}") for k in range(3))

    assert fire(CHART, thin, nursed("X1", entries=1), nursed("X2", entries=1)).none()
    assert fire(CHART, WATCHED, nursed("X1", entries=3), nursed("X2", entries=3), without).none()
    assert fire(CHART, nursed("X1", entries=3), nursed("X2", entries=3)).none()  # no peers


def graded(*grades: str, n_days: int = 2, cnt: float = 1) -> Fact:
    """A stay with these grades of nursing on each of its first days."""
    prices = {FIRST_GRADE: 5_000, NURSING: 3_000}
    care = (
        line("S1", item=g, charge="07", when=days(d, 8), fen=prices[g], cnt=cnt)  # type: ignore[arg-type]
        for d in range(n_days)
        for g in grades
    )
    return stay("S1") + many(care)


def test_two_grades_on_two_days_cite_the_cheaper() -> None:
    finding = fire(GRADES, graded(FIRST_GRADE, NURSING)).only()

    assert finding.subject == ("encounter", "S1")
    assert [fen for _, _, fen in finding.evidence] == [3_000, 3_000]


def test_one_day_of_change_half_days_and_one_grade_are_innocent() -> None:
    assert fire(GRADES, graded(FIRST_GRADE, NURSING, n_days=1)).none()
    assert fire(GRADES, graded(FIRST_GRADE, NURSING, cnt=0.5)).none()
    assert fire(GRADES, graded(FIRST_GRADE)).none()
    assert fire(GRADES, graded(FIRST_GRADE, NURSING, cnt=2)).none()  # posted together


def slept(fen: int, *, item: str = BED, level: str | None = "05", cnt: int = 1) -> Fact:
    return stay("S1", hosp_lv=level) + line("S1", item=item, charge="01", when=days(1, 9), fen=fen, cnt=cnt)


def standard(fen: int, *, level: str | None = None, item: str = BED, **more: object) -> Fact:
    return row("kb_price", med_list_codg=item, hosp_lv=level, price_cap_fen=fen, **more)


def test_a_bed_above_its_standard_cites_what_is_above() -> None:
    assert fire(STANDARD, standard(4_000), slept(9_000, cnt=2)).only().amount_fen == 1_000
    assert fire(STANDARD, standard(4_000), slept(8_000, cnt=2)).none()


def test_a_single_room_is_paid_like_any_bed_and_the_own_level_comes_first() -> None:
    assert fire(STANDARD, standard(4_000), slept(9_000, item="001109000010100")).only().amount_fen == 5_000
    assert fire(STANDARD, standard(4_000), standard(9_000, level="05"), slept(9_000)).none()
    assert fire(STANDARD, standard(4_000), standard(9_000, level="05"), slept(9_000, level=None)).only()


def test_without_a_standard_in_force_no_bed_is_dear() -> None:
    assert fire(STANDARD, standard(4_000, valid_to="2025-01-01"), slept(9_000)).none()
    assert fire(STANDARD, standard(4_000, item="001109000030000"), slept(9_000)).none()


def placed(n: int = 5, *, fen: int, when: float = 20) -> Fact:
    return many(line(f"M{k}", item=STENT, charge="08", when=days(when + k), fen=fen) for k in range(n))


def invoice(yuan: float | None, *, on: float = 10) -> Fact:
    return row(
        "purcinfo_3503", fixmedins_code="H1", med_list_codg=STENT, purc_retn_cnt=1, purc_retn_stoin_time=at(days(on)), finl_trns_pric=yuan
    )


def test_a_piece_above_its_invoice_cites_the_surcharge() -> None:
    finding = fire(MARKUP, invoice(100), placed(fen=12_500)).only()

    assert finding.subject == ("institution", "H1")
    assert finding.amount_fen == 5 * 2_500
    assert (finding.facts["price_billed"], finding.facts["price_paid"]) == (125, 100)


@pytest.mark.parametrize("fen", [10_000, 10_100, 50_001])
def test_cost_rounding_and_another_unit_are_no_surcharge(fen: int) -> None:
    assert fire(MARKUP, invoice(100), placed(fen=fen)).none()


def test_the_dearest_purchase_counts_and_what_was_bought_later_says_nothing() -> None:
    assert fire(MARKUP, invoice(100), invoice(125, on=5), placed(fen=12_500)).none()
    assert fire(MARKUP, invoice(100, on=60), placed(fen=12_500)).none()
    assert fire(MARKUP, invoice(100, on=-170), placed(fen=12_500)).none()  # older than half a year
    assert fire(MARKUP, invoice(100), placed(4, fen=12_500)).none()


def test_an_invoice_without_a_price_is_not_testable() -> None:
    run = fire(MARKUP, invoice(None), placed(fen=12_500))

    assert run.none()
    assert run.not_testable["price"] == 1


def test_the_book_of_the_store_is_an_invoice_too() -> None:
    bought = row("hosp_stock", fixmedins_code="H1", med_list_codg=STENT, move_type="108", move_time=at(days(10)), cnt=1, pric=100)
    issued = row("hosp_stock", fixmedins_code="H1", med_list_codg=STENT, move_type="107", move_time=at(days(10)), cnt=1, pric=100)

    assert fire(MARKUP, bought, placed(fen=12_500)).only().amount_fen == 5 * 2_500
    assert fire(MARKUP, issued, placed(fen=12_500)).none()


def boxed(price: int, *, paid: float | None = 10, n: int = 5, shop: bool = False, day: float = 10, item: str = DRUG) -> Fact:
    """`n` boxes of a drug billed at `price` fen by a hospital, or a shop, that paid so many yuan for one."""
    place = pharmacy("H1") if shop else hospital("H1")
    bought = row("hosp_stock", fixmedins_code="H1", med_list_codg=item, move_type="108", move_time=at(days(day)), cnt=9, pric=paid)
    return place + bought + many(line(f"D{k}", item=item, charge="09", when=days(20 + k), fen=price) for k in range(n))


def test_a_drug_above_what_the_hospital_paid_cites_the_mark_up() -> None:
    finding = fire(ABOVE, boxed(1_200)).only()

    assert finding.subject == ("institution", "H1")
    assert finding.amount_fen == 5 * 200
    assert (finding.facts["price_billed"], finding.facts["price_paid"], finding.facts["lines"]) == (12, 10, 5)


@pytest.mark.parametrize(("price", "hits"), [(1_000, 0), (1_010, 0), (1_011, 1), (5_000, 1), (5_001, 0)])
def test_cost_and_rounding_and_another_unit_of_a_drug_are_no_mark_up(price: int, hits: int) -> None:
    assert len(fire(ABOVE, boxed(price)).findings) == hits


def test_the_prices_of_a_shop_are_its_own() -> None:
    assert fire(ABOVE, boxed(1_600, shop=True)).none()


def test_a_dearer_batch_a_later_one_four_lines_and_a_herb_are_not_judged() -> None:
    assert fire(ABOVE, boxed(1_200), boxed(1_200, paid=12, n=0, day=5)).none()
    assert fire(ABOVE, boxed(1_200, day=60)).none()
    assert fire(ABOVE, boxed(1_200, n=4)).none()
    assert fire(ABOVE, boxed(1_200, item="T001700001")).none()


def test_a_drug_bought_at_an_unknown_price_is_not_testable() -> None:
    run = fire(ABOVE, boxed(1_200, paid=None))

    assert run.none()
    assert run.not_testable["price"] == 1


def lying(name: str, *, at_place: str = "H1") -> Fact:
    return stay(name, person=name, at_place=at_place, first=10, last=15)


def clinic(name: str, day: float, *, at_place: str = "H1", med_type: str = "11", charge: str = "03") -> Fact:
    """A clinic visit of the same person, with a scan of 300 yuan."""
    seen = visit(f"O-{name}", person=name, at_place=at_place, when=days(day), med_type=med_type)
    return seen + line(f"O-{name}", person=name, at_place=at_place, when=days(day), charge=charge, fen=30_000, med_type=med_type)


REST = many(lying(f"P{p}-{k}", at_place=f"P{p}") for p in range(5) for k in range(4))


def shifted(day: float = 8, n: int = 5, **more: object) -> Fact:
    return many(lying(f"X{k}") + clinic(f"X{k}", day, **more) for k in range(n))  # type: ignore[arg-type]


def test_scans_moved_to_the_clinic_cite_the_clinics_lines_and_the_stay() -> None:
    run = fire(SHIFT, REST, shifted())

    assert run.subjects == {f"X{k}" for k in range(5)}
    assert {f.amount_fen for f in run} == {30_000}
    assert all(f.cites("mdtrt_d") == [{"mdtrt_id": f.subject[1]}] for f in run)


@pytest.mark.parametrize(("day", "hits"), [(6, 0), (7, 5), (12, 5), (16, 5), (17, 0)])
def test_three_days_before_and_one_after(day: float, hits: int) -> None:
    assert len(fire(SHIFT, REST, shifted(day)).findings) == hits


def test_emergencies_drugs_other_hospitals_and_the_custom_of_the_place_are_innocent() -> None:
    custom = many(clinic(f"P{p}-{k}", 8, at_place=f"P{p}") for p in range(5) for k in range(2))
    by_item = many(row("setl_list_4101", setl_id=f"S-X{k}", mdtrt_id=f"X{k}", hi_paymtd="1") for k in range(5))

    assert fire(SHIFT, REST, shifted(med_type="13")).none()
    assert fire(SHIFT, REST, shifted(charge="09")).none()
    assert fire(SHIFT, REST, shifted(at_place="H2")).none()
    assert fire(SHIFT, REST, shifted(n=4)).none()
    assert fire(SHIFT, REST, custom, shifted()).none()
    assert fire(SHIFT, REST, by_item, shifted()).none()
