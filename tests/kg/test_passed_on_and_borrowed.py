"""Stays passed between affiliates, deliveries on a borrowed card, surcharges out of season, charts copied, devices that never rest."""

import pytest

from tests.kg.crimes import EPOCH, Fact, check, days, fire, line, many, row, stay
from tests.kg.hospital import on_day, operation

CHAIN, BIRTHS, SEASON, CHART, DEVICES = (
    "split_stay_across_affiliates",
    "births_too_close",
    "heating_cooling_out_of_season",
    "vital_signs_fabricated_pattern",
    "therapy_device_capacity",
)


def house(code: str, *, owner: str | None = None, level: str = "05", kind: str = "hospital") -> Fact:
    return row("fixmedins_b", fixmedins_code=code, fixmedins_type="1", medins_kind=kind, owner_group=owner, hosp_lv=level)


def passed_on(who: str, *, gap: int = 2, to: str = "H2", illness: str | None = "M51.200", **second: object) -> Fact:
    """Five nights in H1, `gap` days later five more elsewhere."""
    one = stay(f"{who}1", person=who, at_place="H1", last=5, dscg_maindiag_code=illness)
    return one + stay(f"{who}2", person=who, at_place=to, first=5 + gap, last=10 + gap, **{"dscg_maindiag_code": illness, **second})  # type: ignore[arg-type]


def five(**more: object) -> Fact:
    return many(passed_on(f"P{k}", **more) for k in range(5))  # type: ignore[arg-type]


PAIR = house("H1", owner="G") + house("H2", owner="G")
ELSEWHERE = many(stay(f"E{k}", person=f"E{k}", at_place="H3", last=3) for k in range(20)) + house("H3")
"""Another hospital with four of every five stays outside H1."""


def test_five_chains_between_houses_of_one_owner_cite_the_second_stays() -> None:
    run = fire(CHAIN, PAIR, ELSEWHERE, five())

    assert run.subjects == {f"P{k}2" for k in range(5)}
    assert {f.amount_fen for f in run} == {12_000}
    assert next(iter(run)).facts["earlier_stay"] == "P01"


def test_four_chains_happen_everywhere() -> None:
    assert fire(CHAIN, PAIR, ELSEWHERE, *(passed_on(f"P{k}") for k in range(4))).none()


@pytest.mark.parametrize(("gap", "hits"), [(7, 5), (8, 0)])
def test_the_window_is_a_week(gap: int, hits: int) -> None:
    assert len(fire(CHAIN, PAIR, ELSEWHERE, five(gap=gap)).findings) == hits


def test_strangers_a_higher_house_and_rehabilitation_are_no_affiliates_trick() -> None:
    assert fire(CHAIN, house("H1", owner="G"), house("H2", owner="F"), ELSEWHERE, five()).none()
    assert fire(CHAIN, house("H1", owner="G"), house("H2", owner="G", level="02"), ELSEWHERE, five()).none()
    assert fire(CHAIN, house("H1", owner="G"), house("H2", owner="G", kind="rehab_hospital"), ELSEWHERE, five()).none()


def test_a_shared_chief_affiliates_two_houses() -> None:
    apart = house("H1") + house("H2")
    chief = Fact(tuple((t, {**r, "chfpdr_code": "DR9"} if t == "mdtrt_d" else r) for t, r in five().rows))

    assert fire(CHAIN, apart, ELSEWHERE, five()).none()
    assert len(fire(CHAIN, apart, ELSEWHERE, chief).findings) == 5


def test_the_only_other_house_draws_everybody() -> None:
    assert fire(CHAIN, PAIR, five()).none()  # all of five moves are expected there


def test_an_operation_or_another_illness_is_a_reason_to_move() -> None:
    assert fire(CHAIN, PAIR, ELSEWHERE, five(), many(operation(f"P{k}2", person=f"P{k}", day=8) for k in range(5))).none()
    other = Fact(
        tuple((t, {**r, "dscg_maindiag_code": "K80.100"} if t == "mdtrt_d" and r["fixmedins_code"] == "H2" else r) for t, r in five().rows)
    )
    assert fire(CHAIN, PAIR, ELSEWHERE, other).none()


def test_an_unknown_illness_is_not_testable() -> None:
    run = fire(CHAIN, PAIR, five(illness=None))

    assert run.none()
    assert run.not_testable == {"disease": 10}


def birth(name: str, day: int, *, born: str | None = "1990-01-01", illness: str | None = "O80.900", **more: object) -> Fact:
    return stay(name, person="ANN", at_place=f"H{name}", first=day, last=day + 3, dscg_maindiag_code=illness, brdy=born, **more)  # type: ignore[arg-type]


def test_two_births_in_five_months_cite_the_one_that_nobody_saw() -> None:
    seen = check("B", person="ANN", at_place="HB", when=days(151))

    finding = fire(BIRTHS, birth("A", 0), birth("B", 150), seen).only()

    assert finding.subject == ("patient", "ANN")
    assert {key["mdtrt_id"] for _, key, _ in finding.evidence} == {"A"}
    assert finding.amount_fen == 8_000
    assert finding.facts["days_apart"] == 150


@pytest.mark.parametrize(("apart", "hits"), [(42, 0), (43, 1), (159, 1), (160, 0)])
def test_between_the_aftermath_and_the_shortest_pregnancy(apart: int, hits: int) -> None:
    assert len(fire(BIRTHS, birth("A", 0), birth("B", apart)).findings) == hits


def test_a_child_and_a_woman_past_bearing_did_not_give_birth() -> None:
    assert fire(BIRTHS, birth("A", 0, born="2014-01-01")).only().facts["age"] == 11
    assert fire(BIRTHS, birth("A", 0, born="1965-01-01")).only().facts["age"] == 60
    assert fire(BIRTHS, birth("A", 0, born="2010-01-01")).none()


def test_the_child_on_the_mothers_number_is_no_second_birth() -> None:
    assert fire(BIRTHS, birth("A", 0), birth("B", 100, newborn=True)).none()


def test_a_stay_without_diagnosis_is_not_testable() -> None:
    run = fire(BIRTHS, birth("A", 0), birth("B", 100, illness=None))

    assert run.none()
    assert run.not_testable == {"disease": 1}


HEAT, COOL = "001107000010000", "001108000010000"


def month(n: int) -> float:
    """The first of the n-th month after July 2025, in days."""
    return (EPOCH.replace(year=2025 + (6 + n) // 12, month=(6 + n) % 12 + 1, day=1) - EPOCH).days


def charged(stay_name: str, day: float | None, item: str, fen: int = 600) -> Fact:
    return line(stay_name, person=stay_name, item=item, charge="01", when=None if day is None else days(day), fen=fen)


def wards(*lines: tuple[float, str, int], n: int = 3) -> Fact:
    return many(stay(f"W{k}", person=f"W{k}") + many(charged(f"W{k}", *one) for one in lines) for k in range(n))


def test_heating_in_july_and_cooling_in_january_cite_their_lines() -> None:
    finding = fire(SEASON, wards((5, HEAT, 600), (month(6), COOL, 500))).only()

    assert finding.subject == ("institution", "H1")
    assert finding.amount_fen == 3_300


def test_two_stays_are_wrong_days_of_posting() -> None:
    assert fire(SEASON, wards((5, HEAT, 600), n=2)).none()


@pytest.mark.parametrize(
    ("months", "item", "hits"),
    [(2, HEAT, 1), (3, HEAT, 0), (10, HEAT, 0), (11, HEAT, 1), (4, COOL, 0), (5, COOL, 1), (8, COOL, 1), (9, COOL, 0)],
)
def test_the_longest_seasons_are_allowed(months: int, item: str, hits: int) -> None:
    assert len(fire(SEASON, wards((month(months), item, 600))).findings) == hits


def test_both_on_one_day_cite_the_cheaper() -> None:
    october = month(3)

    finding = fire(SEASON, wards((october, HEAT, 600), (october, COOL, 500))).only()

    assert finding.amount_fen == 1_500
    assert fire(SEASON, wards((october, HEAT, 600), (october + 1, COOL, 500))).none()


def test_a_surcharge_without_a_day_is_not_testable() -> None:
    run = fire(SEASON, stay("W", person="W"), charged("W", None, HEAT))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 1}


def chart(name: str, who: str, entries: int = 8, *, seed: int = 1, still: bool = False, pulse: bool = True) -> Fact:
    """A stay and its temperature chart: four entries a day, that move as the seed says."""
    taken = many(
        row(
            "vital_sign",
            mdtrt_id=name,
            taken_at=on_day(1 + n // 4, 6 + 4 * (n % 4)),
            temperature=36.5 if still else 36 + (n * 7 * seed) % 13 / 10,
            pulse=(80 if still else 60 + (n * 11 * seed) % 29) if pulse else None,
            resp=18,
            sbp=120,
        )
        for n in range(entries)
    )
    return stay(name, person=who) + taken


def test_eight_equal_entries_cite_the_stay_that_nobody_saw() -> None:
    seen = check("LATE", person="BOB", when=days(3))

    finding = fire(CHART, chart("EARLY", "ANN"), chart("LATE", "BOB"), seen).only()

    assert finding.subject == ("encounter", "EARLY")
    assert finding.facts["equal_entries"] == 8
    assert finding.amount_fen == 22_000


def test_seven_coincide_and_another_chart_is_another() -> None:
    assert fire(CHART, chart("A", "ANN", 7), chart("B", "BOB", 7)).none()
    assert fire(CHART, chart("A", "ANN"), chart("B", "BOB", seed=3)).none()


def test_values_that_stand_still_coincide() -> None:
    assert fire(CHART, chart("A", "ANN", 20, still=True), chart("B", "BOB", 20, still=True)).none()


def test_two_stays_of_one_patient_may_share_a_chart() -> None:
    assert fire(CHART, chart("A", "ANN"), chart("B", "ANN")).none()


def test_a_chart_without_a_pulse_is_not_testable() -> None:
    run = fire(CHART, chart("A", "ANN", pulse=False), chart("B", "BOB", pulse=False))

    assert run.none()
    assert run.not_testable["pulse"] == 16


TRACTION = "003401000200000"
BED = row("kb_service", med_list_codg=TRACTION, needs_equip_type="traction_bed", minutes_min=30)


def owned(cnt: int, kind: str = "traction_bed") -> Fact:
    return row("equipment", fixmedins_code="H1", equip_type=kind, cnt=cnt)


def pulls(lines: int, units: int, *, day: float | None = 1) -> Fact:
    return many(
        line(f"V{k}", person=f"P{k}", item=TRACTION, when=None if day is None else days(day), cnt=units, fen=1_000 * units)
        for k in range(lines)
    )


def test_more_than_a_month_of_mornings_and_evenings_is_an_estimate() -> None:
    finding = fire(DEVICES, BED, owned(1), pulls(31, 21)).only()  # 651 half hours, 620 are in the month

    assert finding.subject == ("institution", "H1")
    assert finding.facts["devices"] == 1
    assert len(finding.cites("fee_list_d")) == 31
    assert not finding.amount_fen


def test_a_full_month_and_a_second_bed_hold_it() -> None:
    assert fire(DEVICES, BED, owned(1), pulls(31, 20)).none()
    assert fire(DEVICES, BED, owned(2), pulls(31, 21)).none()


def test_no_bed_at_all_is_impossible_where_the_register_is_known() -> None:
    assert fire(DEVICES, BED, owned(1, "laser"), pulls(10, 1)).only().facts["devices"] == 0
    assert fire(DEVICES, BED, owned(1, "laser"), pulls(9, 1)).none()  # wrong codes
    assert fire(DEVICES, BED, pulls(31, 21)).none()


def test_a_pull_without_a_day_is_not_testable() -> None:
    run = fire(DEVICES, BED, owned(1), pulls(31, 21, day=None))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 31}
