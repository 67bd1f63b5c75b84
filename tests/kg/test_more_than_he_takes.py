"""More drug than one person takes: stacked chronic supplies, refills without need, far more for the days than other doctors give."""

from __future__ import annotations

import pytest

from tests.kg.crimes import DRUG, OTHER_DRUG, Fact, at, check, days, fire, line, many, row

STACKED = "chronic_supply_overlap"
AGAIN = "repeat_prescription_same_ingredient"
FAR_ABOVE = "daily_quantity_far_above_peers"
CREAM = "XD07AAQ047F001010100003"
"""By its class, a drug of the skin."""


def fill(
    n: int,
    when: float,
    *,
    item: str = DRUG,
    place: str = "H1",
    cnt: int = 3,
    lasts: int | None = 30,
    med: str = "14",
    doctor: str | None = "D0",
) -> Fact:
    """The n-th visit of P, with one drug and the days that its prescription states."""
    fact = line(f"V{n}", person="P", at_place=place, item=item, when=days(when), cnt=cnt, fen=1_000 * cnt, sn=f"L{n}", med_type=med)
    (((table, columns)),) = fact.rows
    return Fact(((table, {**columns, "prd_days": lasts, "bilg_dr_code": doctor}),), fact.key)


def test_no_library_is_needed_where_the_prescription_states_its_days() -> None:
    finding = fire(AGAIN, many(fill(n, 2 * n) for n in range(5))).only()

    assert finding.subject == ("patient", "P")
    assert {key["bkkp_sn"] for key in finding.cites("fee_list_d")} == {"L2", "L3", "L4"}


def test_many_packs_on_one_day_are_one_fetch() -> None:
    assert fire(AGAIN, many(fill(n, 0) for n in range(6))).none()
    assert fire(AGAIN, many(fill(n, n // 2) for n in range(6))).none()  # the third day is the second on which enough lay at home
    assert fire(AGAIN, many(fill(n, n // 2) for n in range(8))).only().facts["days_of_fetching"] == 3


def test_whoever_fetches_what_is_taken_adds_nothing() -> None:
    """Two months fetched before a journey, and from then on a month's supply every month: the cupboard never grows again."""
    before = many(fill(n, n) for n in range(3))

    assert fire(AGAIN, before, many(fill(10 + n, 30 * (n + 1)) for n in range(9))).none()
    assert fire(AGAIN, before, many(fill(10 + n, 20 * (n + 1)) for n in range(9))).only()


def swiped(n: int, when: float) -> Fact:
    """A purchase at a till: no doctor wrote it."""
    return fill(n, when, place="P1", med="41", doctor=None)


def seen(n: int, when: float, face: str) -> Fact:
    return check(f"V{n}", person="P", at_place="P1", when=days(when), kind="pharmacy", face=face)


def test_a_card_alone_does_not_say_who_took_the_box() -> None:
    tour = many(swiped(n, 2 * n) for n in range(6))
    ward = check("W", person="P", when=days(-20), face="HIS")

    assert fire(AGAIN, tour).none()
    assert fire(AGAIN, tour, ward, many(seen(n, 2 * n, "HIS") for n in range(6))).only().subject == ("patient", "P")
    assert fire(AGAIN, tour, ward, many(seen(n, 2 * n, "HERS") for n in range(6))).none()
    assert fire(AGAIN, tour, many(seen(n, 2 * n, "WHOSE") for n in range(6))).none()  # a face that only tills know


def test_a_long_pause_is_no_debt_of_the_cupboard() -> None:
    year_ago = fill(9, -400)

    assert len(fire(AGAIN, year_ago, many(fill(n, 2 * n) for n in range(5))).only().cites("fee_list_d")) == 3


@pytest.mark.parametrize("item", [CREAM, DRUG], ids=["a cream", "other drugs"])
def test_creams_and_different_drugs_are_no_stock(item: str) -> None:
    assert fire(AGAIN, many(fill(n, 2 * n, item=item if item == CREAM or n % 2 else OTHER_DRUG) for n in range(4))).none()


def test_the_chronic_benefit_from_door_to_door() -> None:
    tour = [fill(n, 3 * n, place=f"H{n}") for n in range(5)]

    finding = fire(STACKED, many(tour)).only()
    assert finding.subject == ("patient", "P")
    assert {key["bkkp_sn"] for key in finding.cites("fee_list_d")} == {"L2", "L3", "L4"}
    assert finding.facts["institutions_in_a_month"] == 5
    # home and work, and each a month's supply
    assert fire(STACKED, many(fill(n, 3 * n, place=f"H{n % 2}") for n in range(3))).none()
    # at another benefit it is no chronic one
    assert fire(STACKED, many(fill(n, 3 * n, place=f"H{n}", med="11") for n in range(5))).none()


@pytest.mark.parametrize(("lasts", "found"), [(46, 0), (47, 2)])
def test_more_at_home_than_the_longest_prescription(lasts: int, found: int) -> None:
    """Ninety days at home are free, and so is one fetch beyond them."""
    beyond = fire(STACKED, fill(0, 0, lasts=45), fill(1, 1, lasts=lasts), fill(2, 46, lasts=lasts))

    assert sum(len(finding.cites("fee_list_d")) for finding in beyond) == found


def test_unknown_days_are_no_stock() -> None:
    assert fire(STACKED, many(fill(n, n, lasts=None) for n in range(6))).none()
    assert fire(STACKED, many(fill(n, 30 * n) for n in range(6))).none()


def test_days_in_the_ward_save_the_supply_at_home() -> None:
    """Thirty days in a ward that gave the drug: what lay at home lies there still."""
    before = [fill(n, n, lasts=30, place=f"H{n % 2}") for n in range(2)]
    after = [fill(60, 33, lasts=35), fill(61, 34, lasts=35)]
    ward = [fill(100 + n, 2 + n, lasts=1, med="21", cnt=1) for n in range(30)]

    assert fire(STACKED, many(before), many(after), many(ward)).only().subject == ("patient", "P")
    assert fire(STACKED, many(before), many(after)).none()


def given(n: int, cnt: int, lasts: int, doctor: str) -> Fact:
    fact = fill(n, n % 25, cnt=cnt, lasts=lasts, med="11", doctor=doctor)
    (((table, columns)),) = fact.rows
    return Fact(((table, {**columns, "psn_no": f"P{n % 40}"}),), fact.key)


USUAL = [given(n, 1 + n % 3, 10 * (1 + n % 3), f"D{n % 8}") for n in range(120)]


@pytest.mark.parametrize(("boxes", "lines", "fires"), [(6, 3, True), (3, 3, True), (2, 3, False), (6, 2, False)])
def test_far_more_for_a_week_than_other_doctors_give(boxes: int, lines: int, fires: bool) -> None:
    """A box lasts ten days with everybody; two for a week are a pack that cannot be cut."""
    mine = [given(500 + n, boxes, 7, "DX") for n in range(lines)]

    fired = fire(FAR_ABOVE, many(USUAL), many(mine))
    assert fired.subjects == ({"DX"} if fires else set())
    if fires:
        assert {key["mdtrt_id"] for key in fired.only().cites("fee_list_d")} == {f"V{500 + n}" for n in range(lines)}
        assert fired.only().amount_fen == lines * round(1_000 * boxes * (boxes - 2) / boxes)


def test_a_drug_of_few_doctors_has_no_usual_quantity() -> None:
    few = [given(n, 1, 10, f"D{n % 3}") for n in range(60)]

    assert fire(FAR_ABOVE, many(few), many(given(500 + n, 6, 7, "DX") for n in range(3))).none()
    assert fire(FAR_ABOVE, many(USUAL), many(given(500 + n, 6, 2, "DX") for n in range(3))).none()  # a loading dose


@pytest.mark.parametrize("rule", [STACKED, AGAIN])
def test_what_is_resold_is_no_hoard(rule: str) -> None:
    """A box of the hoard is sold on at another counter: then it is a chain of dealers, and other rules judge it."""
    hoard = many(fill(n, 2 * n, place=f"H{n}") for n in range(5))
    box = row(
        "drug_trac_3513",
        drug_trac_codg="81" * 10,
        fixmedins_code="H2",
        med_list_codg=DRUG,
        psn_no="P",
        mdtrt_id="V2",
        bkkp_sn="L2",
        crte_time=at(days(4)),
    )
    again = row(
        "selinfo_3505",
        drug_trac_codg="81" * 10,
        fixmedins_code="P9",
        med_list_codg=DRUG,
        sel_retn_time=at(days(20)),
        sel_retn_cnt=1,
        mdtrt_setl_type="2",
    )

    assert fire(rule, hoard, box).only()
    assert fire(rule, hoard, box, again).none()
