"""Published limits on how often, how long and at what price: courses, daily numbers, periods, second operations."""

from __future__ import annotations

import pytest

from tests.kg.crimes import Fact, days, fire, line, many, row, visit
from tests.kg.points import RETIRED, point

DRUG, SERVICE, SUB_ITEM = "XB01AXA223B009990180963", "003402000990000", "003402000990100"
COURSE, REHAB, DAILY, PERIOD, SECOND = (
    "drug_payment_course_exceeded",
    "service_payment_course_exceeded",
    "service_daily_frequency_exceeded",
    "service_period_frequency_exceeded",
    "secondary_operation_not_discounted",
)


def daily(
    when: range | list[int], *, item: str, person: str = "P1", name: str = "V1", place: str = "H1", fen: int = 1_000, cnt: int = 1
) -> Fact:
    return many(line(name, person=person, at_place=place, item=item, when=days(n), fen=fen, cnt=cnt, sn=f"{name}-{n}") for n in when)


# courses


def course(limit: int = 14, within: str = "episode", **more: object) -> Fact:
    return point(COURSE, DRUG, limit_qty=limit, limit_unit="day", window=within, **more)


def test_the_days_beyond_the_course_are_the_loss() -> None:
    finding = fire(COURSE, course(), daily(range(17), item=DRUG)).only()

    assert finding.amount_fen == 3_000
    assert {key["bkkp_sn"] for key in finding.cites("fee_list_d")} == {"V1-14", "V1-15", "V1-16"}


def test_a_course_that_ends_in_time_is_paid() -> None:
    assert fire(COURSE, course(), daily(range(14), item=DRUG)).none()
    assert fire(COURSE, course(), daily(range(16), item=DRUG)).none()  # entered a day or two late
    assert fire(COURSE, course(valid_to=RETIRED), daily(range(17), item=DRUG)).none()


def test_a_long_pause_begins_a_new_illness() -> None:
    assert fire(COURSE, course(), daily([*range(10), *range(40, 50)], item=DRUG)).none()
    assert fire(COURSE, course(), daily([*range(10), *range(39, 49)], item=DRUG)).only()


def test_a_limit_of_a_stay_is_counted_within_it_and_another_over_all_hospitals() -> None:
    two = daily(range(10), item=DRUG) + daily(range(10, 20), item=DRUG, name="V2", place="H2")

    assert fire(COURSE, course(within="visit"), two).none()
    assert fire(COURSE, course(), two).only().subject == ("institution", "H2")


def test_a_second_stroke_has_a_course_of_its_own() -> None:
    two = daily(range(10), item=DRUG) + daily(range(12, 22), item=DRUG, name="V2")
    strokes = [row("mdtrt_d", mdtrt_id=name, vali_flag="1", dscg_maindiag_code="I63.900") for name in ("V1", "V2")]

    assert fire(COURSE, course(), two, many(strokes)).none()
    assert fire(COURSE, course(), two, strokes[0]).only().amount_fen == 6_000  # the second stay is for what the first one left
    assert fire(COURSE, course(), daily(range(17), item=DRUG), many(strokes)).only().amount_fen == 3_000


def test_a_year_counts_from_the_first_use() -> None:
    monthly = daily([0, 21, 42, 63, 84, 105], item=DRUG)

    assert fire(COURSE, course(60, "first use"), monthly).only().amount_fen == 3_000
    assert fire(COURSE, course(60, "episode"), monthly).none()


def test_days_nobody_knows_are_not_counted() -> None:
    run = fire(COURSE, course(), many(line("V1", item=DRUG, when=None) for _ in range(20)))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 20}


def training(**more: object) -> Fact:
    return point(REHAB, SERVICE, limit_qty=30, limit_unit="day", window="episode", **more)


def test_training_after_its_course_is_the_loss_sub_items_and_hospitals_together() -> None:
    lines = daily(range(0, 30, 3), item=SERVICE) + daily([30, 31, 32], item=SUB_ITEM, name="V2", place="H2")

    finding = fire(REHAB, training(), point(REHAB, SUB_ITEM, limit_qty=30, limit_unit="day"), lines).only()
    assert finding.subject == ("institution", "H2")
    assert finding.amount_fen == 3_000


def test_training_within_its_course_or_after_a_long_pause_is_paid() -> None:
    assert fire(REHAB, training(), daily(range(0, 30, 3), item=SERVICE)).none()
    assert fire(REHAB, training(), daily([0, 10, 75, 80, 85], item=SERVICE)).none()
    assert fire(REHAB, training(), daily([0, 20, 40, 60, 80], item=SERVICE)).only()
    assert fire(REHAB, training(), daily([0, 20, 40, 60], item=SERVICE)).none()  # two lines
    assert fire(REHAB, training(valid_to=RETIRED), daily(range(0, 60, 3), item=SERVICE)).none()


# daily numbers


def once_a_day(**more: object) -> Fact:
    return point(DAILY, SERVICE, **{"limit_qty": 1, "limit_unit": "day", **more})


def lain(*days_billed: int, last: int = 4, cnt: int = 1, newborn: str | None = None) -> Fact:
    """A stay of five days with a nursing fee on these days."""
    stay = visit("V1", person="P1", at_place="H1", when=days(0), med_type="21", endtime=row_time(last), nwb_flag=newborn)
    lines = (
        line("V1", person="P1", item=SERVICE, when=days(d, 9 + i / 10), cnt=cnt, fen=1_000 * cnt, sn=f"L{i}")
        for i, d in enumerate(days_billed)
    )
    return stay + many(lines)


def row_time(day: int) -> str:
    return f"2025-07-{7 + day:02d} 16:00:00"


def test_more_than_the_days_of_the_visit_is_the_loss() -> None:
    finding = fire(DAILY, once_a_day(), lain(0, 1, 2, 3, 4, 4, 4, 4)).only()

    assert finding.amount_fen == 3_000
    assert {key["bkkp_sn"] for key in finding.cites("fee_list_d")} == {"L5", "L6", "L7"}


def test_two_surplus_lines_are_slips() -> None:
    assert fire(DAILY, once_a_day(), lain(0, 1, 2, 3, 4, 4, 4)).none()


def test_days_posted_late_are_no_surplus() -> None:
    assert fire(DAILY, once_a_day(), lain(4, 4, 4, 4, 4)).none()
    assert fire(DAILY, once_a_day(), lain(4, cnt=5)).none()


def test_hours_of_a_day_and_a_newborn_beside_the_mother() -> None:
    assert fire(DAILY, once_a_day(limit_qty=24, limit_unit="hour"), lain(0, 1, 2, 3, 4, cnt=24)).none()
    assert fire(DAILY, once_a_day(limit_qty=24, limit_unit="hour"), lain(0, 1, 2, 3, 4, cnt=48)).only()
    assert fire(DAILY, once_a_day(), lain(0, 1, 2, 3, 4, 4, 4, 4, newborn="1")).none()
    assert fire(DAILY, once_a_day(valid_to=RETIRED), lain(0, 1, 2, 3, 4, 4, 4, 4)).none()


# periods


def period(**more: object) -> Fact:
    return point(PERIOD, SERVICE, limit_qty=1, period_days=15, **more)


@pytest.mark.parametrize(("second", "fires"), [(14, True), (15, False), (0, False)])
def test_a_test_repeated_inside_its_period(second: int, *, fires: bool) -> None:
    repeats = many(daily([0], item=SERVICE, person=f"P{n}", name=f"A{n}") for n in range(3))
    repeats += many(daily([second], item=SERVICE, person=f"P{n}", name=f"B{n}") for n in range(3))

    run = fire(PERIOD, period(), repeats)
    assert run.only().amount_fen == 3_000 if fires else run.none()


def test_another_hospital_cannot_see_the_first_result_and_two_repeats_are_no_habit() -> None:
    first = many(daily([0], item=SERVICE, person=f"P{n}", name=f"A{n}") for n in range(3))
    elsewhere = many(daily([5], item=SERVICE, person=f"P{n}", name=f"B{n}", place="H2") for n in range(3))
    two = many(daily([5], item=SERVICE, person=f"P{n}", name=f"B{n}") for n in range(2))

    assert fire(PERIOD, period(), first, elsewhere).none()
    assert fire(PERIOD, period(), first, two).none()
    assert fire(PERIOD, period(valid_to=RETIRED), first, two, daily([6], item=SERVICE, person="P2", name="C")).none()


# second operations

MAIN, OTHER = "003310060990000", "003310030990000"


def grouped(**more: object) -> Fact:
    return many(point(SECOND, code, limit_value="胃肠手术组", **more) for code in (MAIN, OTHER))


def operated(n: int, second: int | None, *, main: int = 200_000) -> Fact:
    """The dear operation, and beside it the other one at this price."""
    done = line(f"V{n}", person=f"P{n}", item=MAIN, when=days(n), fen=main, sn=f"M{n}")
    return done if second is None else done + line(f"V{n}", person=f"P{n}", item=OTHER, when=days(n, 11), fen=second, sn=f"S{n}")


ALONE = line("A", person="A", item=OTHER, when=days(1), fen=100_000)
"""What the second operation costs when it is the only one."""


def test_a_second_operation_at_full_price_costs_half_too_much() -> None:
    finding = fire(SECOND, grouped(), ALONE, many(operated(n, 100_000) for n in range(3))).only()

    assert finding.amount_fen == 150_000
    assert {key["bkkp_sn"] for key in finding.cites("fee_list_d")} == {"S0", "S1", "S2"}


def test_half_the_price_is_right_and_two_days_are_no_habit() -> None:
    assert fire(SECOND, grouped(), ALONE, many(operated(n, 50_000) for n in range(3))).none()
    assert fire(SECOND, grouped(), ALONE, many(operated(n, 100_000) for n in range(2))).none()
    assert fire(SECOND, grouped(valid_to=RETIRED), ALONE, many(operated(n, 100_000) for n in range(3))).none()


def test_without_a_full_price_nothing_is_said_and_an_official_one_will_do() -> None:
    crime = many(operated(n, 100_000) for n in range(3))

    assert fire(SECOND, grouped(), crime).none()
    assert fire(SECOND, grouped(), crime, row("kb_price", med_list_codg=OTHER, price_cap_fen=100_000)).only()


def test_two_sessions_on_one_day_are_two_operations() -> None:
    sessions = many(
        row(
            "setl_list_oprn_d",
            setl_list_oprn_id=f"O{n}{h}",
            mdtrt_id=f"V{n}",
            oprn_oprt_begntime=f"2025-07-0{7 + n} {h}:00:00",
            vali_flag="1",
        )
        for n in range(3)
        for h in ("09", "15")
    )

    assert fire(SECOND, grouped(), ALONE, many(operated(n, 100_000) for n in range(3)), sessions).none()


@pytest.mark.parametrize("rule", [COURSE, REHAB, DAILY, PERIOD, SECOND])
def test_of_lines_without_a_time_nothing_is_said(rule: str) -> None:
    limits = point(rule, SERVICE, limit_qty=1, limit_unit="day", period_days=15, limit_value="组", window="episode")
    run = fire(rule, limits, many(line("V1", item=SERVICE, when=None) for _ in range(5)))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 5}
