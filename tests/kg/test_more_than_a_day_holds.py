"""More visits than a day has hours, a doctor in two places, one picture for several patients; campaigns, long roads and odd clocks."""

import pytest

from tests.kg.crimes import SERVICE, Fact, at, days, fire, hospital, line, many, row, serial, settle, visit

DAY, VILLAGE, PLACES, PICTURE = (
    "doctor_daily_capacity",
    "village_visits_over_capacity",
    "doctor_two_places",
    "image_reused_across_patients",
)


def doctor(code: str = "D1", *, at_place: str = "H1", kind: str = "1") -> Fact:
    return row("medstff_b", stff_code=code, fixmedins_code=at_place, stff_type=kind, begndate="2020-01-01")


def seen(
    day: int, hour: float | None = 10, *, by: str | None = "D1", at_place: str = "H1", cnt: int = 1, med_type: str = "11", **more: object
) -> Fact:
    """One outpatient visit with one service that the doctor did himself. Its key is the line's."""
    name = serial("M")
    billed = line(name, person=f"P-{name}", at_place=at_place, when=None if hour is None else days(day, hour), cnt=cnt)
    named = Fact(tuple((t, {**r, "bilg_dr_code": by, "acord_dr_code": by}) for t, r in billed.rows), billed.key)
    return named + visit(name, person=f"P-{name}", at_place=at_place, when=days(day), med_type=med_type, **more)


def crowded(*on_days: int, n: int = 181, **more: object) -> Fact:
    return many(seen(day, **more) for day in on_days for _ in range(n))  # type: ignore[arg-type]


def test_three_days_of_a_hundred_and_eighty_one_visits_are_an_estimate() -> None:
    finding = fire(DAY, doctor(), crowded(1, 2, 3)).only()

    assert finding.subject == ("doctor", "D1")
    assert len(finding.cites("mdtrt_d")) == 543
    assert (finding.facts["days"], finding.facts["most_visits"]) == (3, 181)
    assert not finding.amount_fen


def test_a_hundred_and_eighty_two_days_and_an_account_of_a_department_are_no_crime() -> None:
    assert fire(DAY, doctor(), crowded(1, 2, 3, n=180)).none()
    assert fire(DAY, doctor(), crowded(1, 2)).none()
    assert fire(DAY, doctor(), crowded(1, 2, 30)).none()  # the third lies in another month
    assert fire(DAY, doctor(kind="2"), crowded(1, 2, 3)).none()
    assert fire(DAY, doctor(), crowded(1, 2, 3, med_type="21")).none()


@pytest.mark.parametrize(("minutes", "hits"), [(44.9, 0), (45, 1)])
def test_services_take_their_least_time(minutes: float, hits: int) -> None:
    known = row("kb_service", med_list_codg=SERVICE, minutes_min=minutes)

    assert len(fire(DAY, doctor(), known, crowded(1, 2, 3, n=1, cnt=20)).findings) == hits  # and two minutes of talk


def test_what_others_do_or_runs_beside_takes_none_of_his_time() -> None:
    machine = row("kb_service", med_list_codg=SERVICE, minutes_min=60, concurrent_ok="1")
    hands = row("kb_service", med_list_codg=SERVICE, minutes_min=60)
    nurse = crowded(1, 2, 3, n=1, cnt=20)
    by_nurse = Fact(tuple((t, {**r, "acord_dr_code": "N1"} if t == "fee_list_d" else r) for t, r in nurse.rows))

    assert fire(DAY, doctor(), machine, nurse).none()
    assert fire(DAY, doctor(), hands, by_nurse).none()


def test_a_visit_without_a_doctor_or_a_time_is_not_testable() -> None:
    run = fire(DAY, doctor(), crowded(1, n=2, by=None), crowded(1, n=3, hour=None))

    assert run.none()
    assert run.not_testable == {"bilg_dr_code": 2, "fee_ocur_time": 3}


def clinic(*, doctors: int = 1, kind: str = "village_clinic") -> Fact:
    place = row("fixmedins_b", fixmedins_code="V1", fixmedins_type="1", medins_kind=kind)
    return place + many(doctor(f"D{k}", at_place="V1") for k in range(doctors))


def heap(*on_days: int, n: int = 81, known: bool = True) -> Fact:
    return many(
        settle(serial("M"), person=f"P{k}", at_place="V1", when=days(day) if known else None, shop=False)
        for day in on_days
        for k in range(n)
    )


def test_three_days_beyond_a_village_doctor_are_an_estimate() -> None:
    finding = fire(VILLAGE, clinic(), heap(1, 2, 3)).only()

    assert finding.subject == ("institution", "V1")
    assert len(finding.cites("setl_d")) == 243
    assert (finding.facts["days"], finding.facts["most_persons"]) == (3, 81)


def test_eighty_two_days_two_doctors_and_a_hospital_are_no_crime() -> None:
    assert fire(VILLAGE, clinic(), heap(1, 2, 3, n=80)).none()
    assert fire(VILLAGE, clinic(), heap(1, 2)).none()
    assert fire(VILLAGE, clinic(doctors=2), heap(1, 2, 3)).none()
    assert fire(VILLAGE, clinic(kind="hospital"), heap(1, 2, 3)).none()
    assert fire(VILLAGE, clinic(doctors=0), heap(1, 2, 3)).none()


def test_settlements_without_a_time_are_not_testable() -> None:
    run = fire(VILLAGE, clinic(), heap(1, known=False))

    assert run.none()
    assert run.not_testable == {"setl_time": 81}


FAR = hospital("H1") + hospital("H2", place=(120.0, 30.18))  # 20 km to the north: 26 minutes by road


def flight(day: int, *, by: str = "D1", minutes: float = 10, **more: object) -> Fact:
    """Two visits at H1, and one at H2 minutes after the second. Its key is the line of the one at H2."""
    there = seen(day, 10 + minutes / 60, by=by, at_place="H2", **more)  # type: ignore[arg-type]
    return there + seen(day, 9, by=by) + seen(day, 10, by=by)


def test_a_doctor_on_three_days_in_two_places_cites_the_lesser_place() -> None:
    first, second, third = (flight(day) for day in (1, 2, 3))

    finding = fire(PLACES, FAR, doctor(), first, second, third).only()

    assert finding.subject == ("doctor", "D1")
    assert [key for _, key, _ in finding.evidence] == sorted((f.key for f in (first, second, third)), key=lambda k: str(k["mdtrt_id"]))
    assert finding.facts["days"] == 3


@pytest.mark.parametrize(("minutes", "hits"), [(25, 1), (27, 0)])
def test_the_road_takes_its_time(minutes: float, hits: int) -> None:
    assert len(fire(PLACES, FAR, doctor(), *(flight(day, minutes=minutes) for day in (1, 2, 3))).findings) == hits


def test_two_days_three_in_a_year_next_door_and_the_internet_are_no_crime() -> None:
    near = hospital("H1") + hospital("H2", place=(120.0, 30.04))
    nowhere = hospital("H1") + row("fixmedins_b", fixmedins_code="H2", fixmedins_type="1")

    assert fire(PLACES, FAR, doctor(), flight(1), flight(2)).none()
    assert fire(PLACES, FAR, doctor(), flight(1), flight(60), flight(91)).none()
    assert fire(PLACES, FAR, doctor(), flight(1), flight(60), flight(90)).only()
    assert fire(PLACES, near, doctor(), *(flight(day, minutes=1) for day in (1, 2, 3))).none()
    assert fire(PLACES, nowhere, doctor(), *(flight(day) for day in (1, 2, 3))).none()
    assert fire(PLACES, FAR, doctor(), *(flight(day, fixmedins_name="H2互联网医院") for day in (1, 2, 3))).none()


def test_a_clock_between_which_three_doctors_fly_is_wrong() -> None:
    staff = many(doctor(f"D{k}") for k in range(3))

    assert fire(PLACES, FAR, staff, *(flight(day, by=f"D{k}") for day in (1, 2, 3) for k in range(3))).none()
    assert len(fire(PLACES, FAR, staff, *(flight(day, by=f"D{k}") for day in (1, 2, 3) for k in range(2))).findings) == 2


def test_a_visit_without_a_clock_is_not_placed() -> None:
    assert fire(PLACES, FAR, doctor(), *(seen(day, 0, at_place="H2") + seen(day, 0.01) for day in (1, 2, 3))).none()
    run = fire(PLACES, FAR, doctor(), *(seen(day, None) for day in (1, 2, 3)))
    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 3}


CT = "002103000010000"


def pictured(number: str | None, *, who: str | None = None, day: int = 1, item: str = CT) -> Fact:
    """A billed picture and its report. Its key is the line's."""
    name = serial("M")
    person = who or f"P-{name}"
    report = row(
        "exam_rpot", rpot_id=f"R-{name}", mdtrt_id=name, psn_no=person, med_list_codg=item, image_no=number, exam_time=at(days(day, 11))
    )
    billed = line(name, person=person, item=item, charge="03", when=days(day), fen=20_000)
    return billed + visit(name, person=person, at_place="H1", when=days(day), med_type="11") + report


OWN = many(pictured(f"I{k}") for k in range(48))


def test_two_pictures_filed_again_cite_all_but_the_first_patient() -> None:
    copies = [pictured("A", day=2), pictured("B", day=3)]

    finding = fire(PICTURE, OWN, pictured("A"), pictured("B"), *copies).only()

    assert finding.subject == ("institution", "H1")
    assert finding.amount_fen == 40_000
    assert {str(key["mdtrt_id"]) for _, key, _ in finding.evidence} == {str(c.key["mdtrt_id"]) for c in copies}


def test_one_number_typed_twice_and_one_patient_seen_twice_are_no_crime() -> None:
    assert fire(PICTURE, OWN, pictured("A"), pictured("A", day=2)).none()
    assert fire(PICTURE, OWN, *(pictured(n, who=f"P{n}", day=d) for n in "AB" for d in (1, 2))).none()


def test_one_picture_of_three_patients_is_no_slip() -> None:
    assert fire(PICTURE, OWN, *(pictured("A", day=d) for d in (1, 2, 3))).only().amount_fen == 40_000


def test_numbers_begin_anew_each_year_and_for_each_kind() -> None:
    assert fire(PICTURE, OWN, *(pictured(n, day=d) for n in "AB" for d in (1, 300))).none()
    assert fire(PICTURE, OWN, *(pictured(n, item=i) for n in "AB" for i in (CT, "002102000010000"))).none()


def test_where_many_numbers_are_shared_they_number_no_pictures() -> None:
    shared = many(pictured(f"S{k}", day=d) for k in range(3) for d in (1, 2))

    assert fire(PICTURE, OWN, shared).none()  # 3 of 51
    assert fire(PICTURE, OWN, shared, *(pictured(f"J{k}") for k in range(9))).only()  # 3 of 60


def test_a_report_without_a_number_is_not_testable() -> None:
    run = fire(PICTURE, OWN, pictured(None), pictured(None, day=2))

    assert run.none()
    assert run.not_testable == {"image_no": 2}
