"""Somebody who cannot have been there: abroad, locked up, ill elsewhere, at home, or of another blood."""

from datetime import date, timedelta

import pytest

from tests.kg.crimes import EPOCH, Fact, check, days, fire, line, many, purchase, row, settle, stay, visit

AWAY, DOCTOR, BLOOD, HOME = (
    "billed_while_in_custody_or_abroad",
    "doctor_billing_while_absent",
    "blood_group_changes",
    "home_care_during_stay",
)


def on(day: int) -> date:
    return EPOCH.date() + timedelta(days=day)


def away(first: int = 0, last: int | None = 20, *, kind: str = "exit", who: str = "ANN") -> Fact:
    gone = row("person_registry", certno_h=f"C-{who}", kind=kind, begndate=on(first), enddate=None if last is None else on(last))
    return gone + row("psn_b", psn_no=who, certno_h=f"C-{who}")


def seen(day: int | None = 10, *, who: str = "ANN", med_type: str = "11", by: str | None = None, at_place: str = "H1") -> Fact:
    """One outpatient visit with one line; the line may lack its time."""
    name = f"V-{who}-{day}-{by}"
    held = visit(name, person=who, at_place=at_place, when=days(10 if day is None else day), med_type=med_type)
    billed = line(name, person=who, at_place=at_place, when=None if day is None else days(day), med_type=med_type)
    return held + Fact(tuple((t, {**r, "bilg_dr_code": by}) for t, r in billed.rows), billed.key)


def test_care_while_abroad_cites_its_lines() -> None:
    finding = fire(AWAY, away(), seen(10), seen(12)).only()

    assert finding.subject == ("patient", "ANN")
    assert (finding.amount_fen, finding.facts["days_billed"]) == (2_000, 2)


@pytest.mark.parametrize(("day", "hits"), [(1, 0), (2, 1), (18, 1), (19, 0)])
def test_days_of_travel_are_left_out(day: int, hits: int) -> None:
    assert len(fire(AWAY, away(), seen(day)).findings) == hits


def test_medicine_fetched_by_the_family_is_no_crime() -> None:
    assert fire(AWAY, away(), purchase(person="ANN", when=days(10))).none()
    assert fire(AWAY, away(), seen(10, med_type="14")).none()


def test_a_prison_hospital_is_told_by_its_patients() -> None:
    two = many(away(kind="custody", who=who) + seen(10, who=who) for who in ("ANN", "BEN"))
    three = two + away(kind="custody", who="CARL") + seen(10, who="CARL")

    assert len(fire(AWAY, two).findings) == 2
    assert fire(AWAY, three).none()


def test_who_passed_a_camera_was_here() -> None:
    assert fire(AWAY, away(), seen(10), check(None, person="ANN", when=days(5), kind="clinic")).none()
    assert fire(AWAY, away(), seen(10), check(None, person="ANN", when=days(30), kind="clinic")).only()


def test_an_unknown_return_is_none_and_an_unknown_day_is_not_testable() -> None:
    assert fire(AWAY, away(last=None), seen(10)).none()
    run = fire(AWAY, away(), seen(None))
    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 1}


def doctor(certificate: str | None = "C-DOC") -> Fact:
    return row("medstff_b", stff_code="D1", fixmedins_code="H1", certno_h=certificate, stff_type="1", begndate="2020-01-01")


def consulted(*on_days: int) -> Fact:
    return many(seen(day, who=f"P{day}", by="D1") for day in on_days)


ILL = row("psn_b", psn_no="DOC", certno_h="C-DOC") + stay("S1", person="DOC", at_place="H2", last=10)


def test_three_days_of_consultations_from_a_bed_elsewhere_are_cited() -> None:
    finding = fire(DOCTOR, doctor(), ILL, consulted(3, 4, 5)).only()

    assert finding.subject == ("doctor", "D1")
    assert (finding.amount_fen, finding.facts["reason"]) == (3_000, "ill")


def test_two_days_are_a_screen_left_open_and_the_edges_are_days_of_work() -> None:
    assert fire(DOCTOR, doctor(), ILL, consulted(3, 4)).none()
    assert fire(DOCTOR, doctor(), ILL, consulted(1, 3, 4)).none()
    assert fire(DOCTOR, doctor(), ILL, consulted(2, 3, 8)).only()
    assert fire(DOCTOR, doctor(), ILL, consulted(3, 4, 9)).none()


def test_a_bed_in_the_own_house_and_orders_for_the_ward_are_no_crime() -> None:
    own = row("psn_b", psn_no="DOC", certno_h="C-DOC") + stay("S1", person="DOC", at_place="H1", last=10)
    ward = many(seen(day, who=f"P{day}", by="D1", med_type="21") for day in (3, 4, 5))

    assert fire(DOCTOR, doctor(), own, consulted(3, 4, 5)).none()
    assert fire(DOCTOR, doctor(), ILL, ward).none()


def test_the_dead_and_the_travelling_sign_nothing() -> None:
    dead = row("psn_b", psn_no="DOC", certno_h="C-DOC", die_date=on(0))

    assert fire(DOCTOR, doctor(), dead, consulted(30, 60, 90)).only().facts["reason"] == "dead"
    assert fire(DOCTOR, doctor(), away(who="DOC"), consulted(3, 4, 5)).only().facts["reason"] == "abroad"


def test_a_doctor_without_a_certificate_is_not_testable() -> None:
    run = fire(DOCTOR, doctor(None), ILL, consulted(3, 4, 5))

    assert run.none()
    assert run.not_testable["certno_h"] == 1


def typed(
    name: str, group: str | None, *, at_place: str = "H1", day: int = 0, age: float | None = 40, item: str = "ABO血型鉴定", **more: object
) -> Fact:
    blood = row("test_rpot", rpot_id=f"R-{name}-{group}", mdtrt_id=name, item_name=item, value=group, test_time="2025-07-08 09:00:00")
    return stay(name, person="ANN", at_place=at_place, first=day, last=day + 5, age=age, **more) + blood  # type: ignore[arg-type]


def test_the_visit_of_the_rarer_group_is_cited_whole() -> None:
    finding = fire(BLOOD, typed("S1", "A型"), typed("S2", "A", day=20), typed("S3", "O型", day=40)).only()

    assert finding.subject == ("patient", "ANN")
    assert finding.cites("mdtrt_d") == [{"mdtrt_id": "S3"}]
    assert finding.amount_fen == 12_000
    assert (finding.facts["holders_group"], finding.facts["other_group"]) == ("A", "O")


def test_of_two_visits_the_one_without_a_face_is_doubtful() -> None:
    known = check("S2", person="ANN", when=days(21))

    assert fire(BLOOD, typed("S1", "A"), typed("S2", "AB", day=20), known).only().cites("mdtrt_d") == [{"mdtrt_id": "S1"}]
    assert fire(BLOOD, typed("S1", "A"), typed("S2", "AB", day=20)).only().cites("mdtrt_d") == [{"mdtrt_id": "S2"}]


def test_a_mixed_up_sample_a_baby_a_transplant_and_rh_are_no_crime() -> None:
    again = row("test_rpot", rpot_id="R9", mdtrt_id="S2", item_name="ABO血型鉴定", value="A")

    assert fire(BLOOD, typed("S1", "A"), typed("S2", "O", day=20), again).none()
    assert fire(BLOOD, typed("S1", "A", age=0.9), typed("S2", "O", day=20)).none()
    assert fire(BLOOD, typed("S1", "A"), typed("S2", "O", day=20, dscg_maindiag_code="Z94.800")).none()
    assert fire(BLOOD, typed("S1", "A"), typed("S2", "阴性", day=20, item="RhD血型")).none()
    assert fire(BLOOD, typed("S1", "A"), typed("S2", "A", day=20)).none()


def test_a_group_that_nobody_wrote_down_is_not_testable() -> None:
    run = fire(BLOOD, typed("S1", "A"), typed("S2", None, day=20))

    assert run.none()
    assert run.not_testable == {"value": 1}


def cared_for(*on_days: int, who: str = "ANN") -> Fact:
    """A nurse's visits at home, each with its line."""
    lines = [line("HOME", person=who, at_place="N1", when=days(day)) for day in on_days]
    return visit("HOME", person=who, at_place="N1", med_type="71") + many(
        Fact(tuple((t, {**r, "list_type": "501"}) for t, r in one.rows), one.key) for one in lines
    )


def test_home_care_on_days_in_hospital_is_cited() -> None:
    finding = fire(HOME, stay("S1", person="ANN"), cared_for(-5, 3, 4)).only()

    assert finding.subject == ("patient", "ANN")
    assert (finding.amount_fen, finding.facts["days"], finding.facts["lay_in"]) == (2_000, 2, "S1")


@pytest.mark.parametrize(("day", "hits"), [(0, 0), (1, 1), (9, 1), (10, 0)])
def test_the_days_of_coming_and_going_may_hold_both(day: int, hits: int) -> None:
    assert len(fire(HOME, stay("S1", person="ANN"), cared_for(-5, day)).findings) == hits


def test_leave_another_person_and_a_monthly_bill_are_no_crime() -> None:
    leave = row("drord_d", drord_no="O1", mdtrt_id="S1", drord_type="请假", begntime="2025-07-10 08:00:00", stoptime="2025-07-11 20:00:00")

    assert fire(HOME, stay("S1", person="ANN"), leave, cared_for(-5, 3, 4)).none()
    assert fire(HOME, stay("S1", person="ANN"), cared_for(-5, 3, 4, who="BEN")).none()
    assert fire(HOME, stay("S1", person="ANN"), cared_for(4, 4)).none()


def test_a_stay_without_an_end_is_not_testable() -> None:
    run = fire(HOME, stay("S1", person="ANN", last=None), cared_for(-5, 3, 4))

    assert run.none()
    assert run.not_testable["ends_at"] == 1


def test_a_refunded_visit_is_no_visit() -> None:
    back = settle("V-ANN-10-None", person="ANN", at_place="H1", when=days(10), shop=False, refunded=True)

    assert fire(AWAY, away(), seen(10), back).none()
