"""Visits of people in other beds, under a doctor on leave, in a clinic that is shut."""

import pytest

from tests.kg.crimes import Fact, at, check, days, fire, line, many, person, row, settle, stay, visit

LYING, LEAVE, SHUT = "outpatient_while_inpatient_elsewhere", "doctor_on_leave_billing", "clinic_visits_while_closed"


def seen(name: str, who: str, *, place: str = "C1", day: int = 3, hour: float | None = 10, doctor: str | None = "D1") -> Fact:
    """An outpatient visit with one line and its payment."""
    when = None if hour is None else days(day, hour)
    billed = line(name, person=who, at_place=place, when=when)
    by = Fact(tuple((t, {**r, "bilg_dr_code": doctor}) for t, r in billed.rows), billed.key)
    paid = settle(name, person=who, at_place=place, when=when, shop=False)
    return visit(name, person=who, at_place=place, when=when, med_type="11") + by + paid


def others(n: int = 60) -> Fact:
    """Honest visits of people who lie nowhere."""
    return many(seen(f"O{k}", f"OP{k}", place=f"C{k % 3 + 1}", doctor="D9") for k in range(n))


def abed(n: int, hospitals: int = 3) -> Fact:
    return many(stay(f"S{k}", person=f"P{k}", at_place=f"H{k % hospitals}", first=0, last=6) for k in range(n))


def cards(n: int, *, day: int = 3) -> Fact:
    return many(seen(f"V{k}", f"P{k}", day=day) for k in range(n))


def test_eight_patients_of_three_hospitals_at_one_clinic_cite_their_visits() -> None:
    finding = fire(LYING, others(), abed(8), cards(8)).only()

    assert finding.subject == ("institution", "C1")
    assert finding.amount_fen == 8_000
    assert (finding.facts["persons"], finding.facts["hospitals"]) == (8, 3)


def test_seven_patients_two_hospitals_and_the_day_of_discharge_say_nothing() -> None:
    assert fire(LYING, others(), abed(7), cards(7)).none()
    assert fire(LYING, others(), abed(8, hospitals=2), cards(8)).none()
    assert fire(LYING, others(), abed(8), cards(8, day=6)).none()


def test_who_passed_a_camera_was_here_and_a_referral_explains() -> None:
    faces = many(check(f"V{k}", person=f"P{k}", at_place="C1", when=days(3, 10), kind="clinic") for k in range(8))
    sent = many(
        Fact(tuple((t, {**r, "refl_old_mdtrt_id": f"S{k}"} if t == "mdtrt_d" else r) for t, r in seen(f"V{k}", f"P{k}").rows))
        for k in range(8)
    )

    assert fire(LYING, others(), abed(8), cards(8), faces).none()
    assert fire(LYING, others(), abed(8), sent).none()


def test_a_share_as_everywhere_is_a_habit_of_the_town() -> None:
    everywhere = many(seen(f"W{k}", f"P{k}", place=f"C{k % 2 + 2}") for k in range(8))

    assert fire(LYING, others(6), abed(8), cards(8), everywhere).none()


def test_a_visit_without_a_time_is_not_testable() -> None:
    run = fire(LYING, others(), abed(8), cards(7), visit("V7", person="P7", at_place="C1", when=None, med_type="11"))

    assert run.none()
    assert run.not_testable == {"begntime": 1}


def roster(kind: str, first: int, last: int) -> Fact:
    return row("duty", stff_code="D1", kind=kind, begntime=at(days(first, 8)), endtime=at(days(last, 17)), fixmedins_code="C1")


def of_days(*on: int, each: int = 2) -> Fact:
    return many(seen(f"L{d}-{k}", f"P{d}-{k}", day=d) for d in on for k in range(each))


def test_four_days_of_leave_with_patients_cite_their_lines() -> None:
    finding = fire(LEAVE, roster("leave", 0, 9), of_days(1, 2, 3, 4)).only()

    assert finding.subject == ("doctor", "D1")
    assert finding.amount_fen == 8_000
    assert (finding.facts["days"], finding.facts["visits"]) == (4, 8)


@pytest.mark.parametrize(("on", "each"), [((1, 2, 3), 3), ((0, 1, 2, 9), 2), ((1, 2, 3, 4), 1)])
def test_three_days_the_first_and_the_last_and_four_visits_are_a_deputys(on: tuple[int, ...], each: int) -> None:
    assert fire(LEAVE, roster("leave", 0, 9), of_days(*on, each=each)).none()


def test_a_shift_entered_for_the_day_outweighs_the_leave() -> None:
    assert fire(LEAVE, roster("leave", 0, 9), roster("duty", 4, 4), of_days(1, 2, 3, 4)).none()
    assert fire(LEAVE, roster("travel", 0, 9), roster("duty", 5, 5), of_days(1, 2, 3, 4)).only()


def test_leave_that_was_called_off_is_told_by_ward_and_theatre() -> None:
    round_ = row("drord_d", drord_no="Y", mdtrt_id="S", dr_code="D1", begntime=at(days(4, 9)))
    knife = visit("S", at_place="C1", when=days(3), med_type="21") + row(
        "setl_list_oprn_d", setl_list_oprn_id="K", mdtrt_id="S", oper_dr_code="D1", oprn_oprt_begntime=at(days(4, 9)), vali_flag="1"
    )
    colleague = row("drord_d", drord_no="Y", mdtrt_id="S", dr_code="D2", begntime=at(days(4, 9)))

    assert fire(LEAVE, roster("leave", 0, 9), of_days(1, 2, 3, 4), round_).none()
    assert fire(LEAVE, roster("leave", 0, 9), of_days(1, 2, 3, 4), knife).none()
    assert fire(LEAVE, roster("leave", 0, 9), of_days(1, 2, 3, 4), colleague).only()


def test_orders_that_go_on_in_the_wards_are_no_consultation() -> None:
    ward = many(
        Fact(
            tuple(
                (t, {**r, "bilg_dr_code": "D1"}) for t, r in stay(f"S{k}", person=f"P{k}", at_place="C1", last=8).rows if t == "fee_list_d"
            )
        )
        + stay(f"S{k}", person=f"P{k}", at_place="C1", last=8, treated=())
        for k in range(3)
    )

    assert fire(LEAVE, roster("leave", 0, 9), ward).none()


def test_a_line_without_a_day_is_not_testable() -> None:
    undated = line("L", person="P", at_place="C1", when=None)

    run = fire(LEAVE, roster("leave", 0, 9), of_days(1, 2, 3), undated)

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 1}


CLINIC = row("fixmedins_b", fixmedins_code="C1", fixmedins_type="1", medins_kind="village_clinic")
BY_DAY = many(seen(f"D{k}", f"DP{k}", day=k % 20) for k in range(60))


def nights(*on: int, guests: int = 2, hour: float | None = 22, family: str | None = None) -> Fact:
    people = many(person(f"N{d}-{k}", family=family) for d in on for k in range(guests))
    return people + many(seen(f"N{d}-{k}", f"N{d}-{k}", day=d, hour=hour) for d in on for k in range(guests))


def test_three_nights_with_two_households_cite_the_visits_of_the_night() -> None:
    finding = fire(SHUT, CLINIC, BY_DAY, nights(1, 5, 9)).only()

    assert finding.subject == ("institution", "C1")
    assert len(finding.cites("fee_list_d")) == 6
    assert (finding.facts["nights"], finding.facts["persons"]) == (3, 6)


def test_a_neighbour_a_night_one_family_and_two_nights_are_a_bell_at_the_door() -> None:
    assert fire(SHUT, CLINIC, BY_DAY, nights(1, 5, 9, 12, guests=1)).none()
    assert fire(SHUT, CLINIC, BY_DAY, nights(1, 5, 9, family="F")).none()
    assert fire(SHUT, CLINIC, BY_DAY, nights(1, 5)).none()


def test_before_nine_in_the_evening_it_is_open() -> None:
    assert fire(SHUT, CLINIC, BY_DAY, nights(1, 5, 9, hour=20.9)).none()
    assert fire(SHUT, CLINIC, BY_DAY, nights(1, 5, 9, hour=21)).only()


def test_a_clinic_that_somebody_visits_on_more_than_every_second_night_is_open_by_night() -> None:
    assert fire(SHUT, CLINIC, BY_DAY, nights(*range(0, 20, 2))).only()
    assert fire(SHUT, CLINIC, BY_DAY, nights(*range(0, 20, 2), 19)).none()  # eleven of twenty


def test_who_comes_by_chance_mostly_comes_alone_and_is_not_cited() -> None:
    gathered = nights(1, 5, 9)

    finding = fire(SHUT, CLINIC, BY_DAY, gathered, nights(3, 7, 11, guests=1)).only()

    assert len(finding.cites("fee_list_d")) == 6  # the three that came alone are left out
    assert fire(SHUT, CLINIC, BY_DAY, gathered, nights(3, 7, 11, 13, guests=1)).none()


def test_a_hospital_is_never_shut() -> None:
    ward = row("fixmedins_b", fixmedins_code="C1", fixmedins_type="1", medins_kind="hospital")

    assert fire(SHUT, ward, BY_DAY, nights(1, 5, 9)).none()


def test_an_hour_that_nobody_entered_is_unknown() -> None:
    assert fire(SHUT, CLINIC, BY_DAY, nights(1, 5, 9, hour=0)).none()
    run = fire(SHUT, CLINIC, BY_DAY, visit("X", at_place="C1", when=None, med_type="11"))
    assert run.none()
    assert run.not_testable == {"begntime": 1}
