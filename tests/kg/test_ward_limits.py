"""What a ward cannot hold: more patients than beds, more bed days than days, charges outside the stay."""

import pytest

from tests.kg.crimes import Fact, at, check, days, fire, line, many, row, stay, visit
from tests.kg.hospital import BED, NURSING, beds_of, on_day

CROWDED, DAYS, OUTSIDE = "bed_capacity_exceeded", "bed_days_exceed_stay", "charges_outside_stay"


def full_house(place: str, patients: int, *, last: int = 5) -> Fact:
    return many(stay(f"{place}-{n:02d}", person=f"{place}-{n:02d}", at_place=place, last=last) for n in range(patients))


def test_thirteen_patients_in_ten_beds_for_five_nights_cite_the_one_whom_nobody_saw() -> None:
    seen = many(check(f"H1-{n:02d}", person=f"H1-{n:02d}", when=days(2)) for n in range(12))

    finding = fire(CROWDED, beds_of("H1", 10), full_house("H1", 13), seen).only()

    assert finding.subject == ("institution", "H1")
    assert finding.cites("mdtrt_d") == [{"mdtrt_id": "H1-12"}]
    assert (finding.facts["nights"], finding.facts["most_patients"], finding.facts["beds"]) == (5, 13, 10)
    assert finding.amount_fen in (None, 0)  # a capacity is an estimate, never a recovery


def test_a_fifth_more_than_approved_are_extra_beds() -> None:
    assert fire(CROWDED, beds_of("H1", 10), full_house("H1", 12)).none()


def test_four_crowded_nights_are_a_bad_week() -> None:
    assert fire(CROWDED, beds_of("H1", 10), full_house("H1", 13, last=4)).none()


def test_the_largest_number_that_the_register_ever_held_counts() -> None:
    assert fire(CROWDED, beds_of("H1", 20), beds_of("H1", 10, since="2024-01-01"), full_house("H1", 13)).none()


def test_an_unknown_number_of_beds_is_not_testable() -> None:
    run = fire(CROWDED, beds_of("H1", None), full_house("H1", 13))

    assert run.none()
    assert run.not_testable == {"aprv_bed_cnt": 1}


def test_newborns_day_cases_and_patients_on_leave_need_no_bed() -> None:
    ten = full_house("H1", 12)
    away = row("drord_d", drord_no="O1", mdtrt_id="AWAY", drord_type="请假", begntime=on_day(0, 8), stoptime=on_day(5, 20))

    assert fire(CROWDED, beds_of("H1", 10), ten, stay("BABY", person="BABE", last=5, newborn=True)).none()
    assert fire(CROWDED, beds_of("H1", 10), ten, stay("AWAY", person="AWAY", last=5), away).none()


def test_when_a_third_of_the_hospitals_overflow_the_illness_is_real() -> None:
    calm = [beds_of(f"C{n}", 10) + full_house(f"C{n}", 5) for n in range(4)]
    second = beds_of("H2", 10) + full_house("H2", 13)

    assert fire(CROWDED, beds_of("H1", 10), full_house("H1", 13), *calm).only()  # one of five
    assert fire(CROWDED, beds_of("H1", 10), full_house("H1", 13), second, *calm[:3]).none()  # two of five


def bed_days(name: str, n: int, *, item: str = BED, charge: str = "01", fen: int = 5_000) -> Fact:
    return many(
        line(name, person="ANN", item=item, charge=charge, when=days(d % 10, 9), fen=fen + d, sn=f"{item}{d:02d}") for d in range(n)
    )


def plain(name: str = "S1", **more: object) -> Fact:
    """A stay of ten nights whose own lines carry no bed code."""
    return stay(name, person="ANN", **more)  # type: ignore[arg-type]


def test_bed_days_beyond_the_stay_cite_the_cheapest() -> None:
    finding = fire(DAYS, plain(), bed_days("S1", 13)).only()

    assert finding.subject == ("encounter", "S1")
    assert [fen for _, _, fen in finding.evidence] == [5_000, 5_001]
    assert finding.facts["bed_days"] == 13


def test_admission_and_discharge_day_may_both_be_paid() -> None:
    assert fire(DAYS, plain(), bed_days("S1", 11)).none()


def charging(place: str, *, long: int, n: int = 30) -> Fact:
    """Stays of two nights; `long` of them are charged three beds."""
    lain = (
        visit(f"{place}-{k}", person=f"{place}-{k}", at_place=place, when=days(0), med_type="21", endtime=at(days(2))) for k in range(n)
    )
    beds = (
        line(f"{place}-{k}", person=f"{place}-{k}", at_place=place, item=BED, charge="01", when=days(d, 20), fen=5_000)
        for k in range(n)
        for d in range(3 if k < long else 2)
    )
    return many([*lain, *beds])


def test_a_house_that_charges_the_day_of_discharge_against_the_custom_of_the_place_cites_that_day() -> None:
    custom = many(charging(f"Q{k}", long=0) for k in range(5))

    run = fire(DAYS, custom, charging("H1", long=10))

    assert len(run.findings) == 10
    assert all(finding.amount_fen == 5_000 for finding in run)
    assert fire(DAYS, custom, charging("H1", long=9)).none()


def test_where_all_charge_both_days_or_few_hospitals_show_a_custom_the_day_is_paid() -> None:
    assert fire(DAYS, many(charging(f"Q{k}", long=10) for k in range(5)), charging("H1", long=12)).none()
    assert fire(DAYS, many(charging(f"Q{k}", long=0) for k in range(3)), charging("H1", long=30)).none()


def test_part_of_a_line_is_cited_in_proportion() -> None:
    bulk = line("S1", person="ANN", item=BED, charge="01", when=days(9), cnt=15, fen=60_000)

    assert fire(DAYS, plain(), bulk).only().amount_fen == 16_000  # four of fifteen days


def test_graded_nursing_is_counted_by_itself_and_hourly_nursing_is_not() -> None:
    assert fire(DAYS, plain(), bed_days("S1", 10), bed_days("S1", 10, item=NURSING, charge="07")).none()
    assert fire(DAYS, plain(), bed_days("S1", 12, item=NURSING, charge="07")).only().facts["nursing_days"] == 12
    assert fire(DAYS, plain(), bed_days("S1", 40, item="001201000010000", charge="07")).none()
    two_grades = bed_days("S1", 10, item=NURSING, charge="07") + bed_days("S1", 10, item="001201000030000", charge="07")
    assert fire(DAYS, plain(), two_grades).none()  # charged twice a day, which another rule sees


def test_the_same_line_twice_is_a_duplicate_and_not_a_longer_stay() -> None:
    twice = many(line("S1", person="ANN", item=BED, charge="01", when=days(d, 9), fen=5_000) for d in range(10) for _ in range(2))
    bare = many(line("S1", person="ANN", item=BED, charge="01", when=days(d, 0), fen=5_000) for d in range(10) for _ in range(2))

    assert fire(DAYS, plain(), twice).none()
    assert fire(DAYS, plain(), bare).only()  # a date has no second: these are twenty days


def test_intensive_care_keeps_a_second_bed() -> None:
    moved = row("icu_stay", mdtrt_id="S1", in_time=on_day(3, 8), out_time=on_day(5, 8))

    assert fire(DAYS, plain(), bed_days("S1", 13), moved).none()


def test_a_newborn_doubles_the_bed() -> None:
    assert fire(DAYS, plain(newborn=True), bed_days("S1", 20)).none()


def test_the_days_of_an_open_stay_are_unknown() -> None:
    run = fire(DAYS, plain(last=None), bed_days("S1", 20))

    assert run.none()
    assert run.not_testable == {"ends_at": 1}


def late(name: str, day: float, *, hour: float = 9, **more: object) -> Fact:
    return line(name, person=name, when=days(day, hour), fen=700, **more)  # type: ignore[arg-type]


ORDERLY = many(stay(f"N{n}", person=f"N{n}") for n in range(20))
"""Discharged on day 10 at 16:00, every line inside."""


def three(day: float, *, hour: float = 9, **more: object) -> Fact:
    return many(stay(name, person=name) + late(name, day, hour=hour, **more) for name in ("A", "B", "C"))


def test_lines_of_days_after_discharge_cite_those_lines_only() -> None:
    run = fire(OUTSIDE, ORDERLY, three(13))

    assert run.subjects == {"A", "B", "C"}
    assert all(f.amount_fen == 700 and f.facts["lines_after"] == 1 for f in run)


def test_lines_of_days_before_admission_count_too() -> None:
    assert {f.facts["lines_before"] for f in fire(OUTSIDE, ORDERLY, three(-2))} == {1}


@pytest.mark.parametrize(("hour", "hits"), [(28, 0), (28.01, 3)])
def test_the_night_after_discharge_is_posting(hour: float, hits: int) -> None:
    assert len(fire(OUTSIDE, ORDERLY, three(10, hour=hour)).findings) == hits  # discharged at 16:00


def test_a_bare_date_counts_by_whole_days() -> None:
    assert fire(OUTSIDE, ORDERLY, three(11, hour=0)).none()  # may be one minute after the discharge day
    assert len(fire(OUTSIDE, ORDERLY, three(12, hour=0)).findings) == 3


def test_two_stays_are_a_slip() -> None:
    assert fire(OUTSIDE, ORDERLY, *(stay(n, person=n) + late(n, 13) for n in ("A", "B"))).none()


def test_a_hospital_that_posts_late_is_not_judged() -> None:
    assert fire(OUTSIDE, many(stay(f"N{n}", person=f"N{n}") for n in range(10)), three(13)).none()


def test_what_was_ordered_during_the_stay_was_given_then() -> None:
    orders = many(row("drord_d", drord_no=f"O{n}", mdtrt_id=n, begntime=on_day(5, 8)) for n in ("A", "B", "C"))
    ordered = many(stay(n, person=n) + late(n, 13, order=f"O{n}") for n in ("A", "B", "C"))

    assert fire(OUTSIDE, ORDERLY, ordered, orders).none()
    assert len(fire(OUTSIDE, ORDERLY, ordered).findings) == 3


def test_drugs_to_take_home_are_no_charge_after_the_stay() -> None:
    home = Fact(tuple((t, {**r, "dscg_tkdrug_flag": "1"} if r.get("inscp_amt") == 700 else r) for t, r in three(13).rows))

    assert fire(OUTSIDE, ORDERLY, home).none()


def test_an_unknown_day_is_not_testable() -> None:
    run = fire(OUTSIDE, ORDERLY, stay("A", person="A"), line("A", person="A", when=None))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 1}
