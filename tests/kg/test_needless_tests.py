"""Tests that were done and that nobody needed: packages whatever the illness, scans of one doctor, repeats within days."""

import pytest

from tests.kg.crimes import Fact, at, days, fire, line, many, row, visit

PACKAGE, SCANS, AGAIN = "test_package_whatever_the_illness", "doctor_scans_whatever_the_illness", "exam_repeated_short_interval"
HEART, SONAR, SUGAR, CT = "003107010010000", "002203000010000", "002503100010000", "002103000010000"
SET = (HEART, SONAR, SUGAR)
CHAPTERS = ("I10", "J20", "M54")
Chapters = tuple[str | None, ...]


def seen(name: str, *tests: str, place: str = "H1", illness: str | None = "I10", doctor: str = "D1", fen: int = 5_000) -> Fact:
    """An outpatient visit with its tests."""
    begun = visit(name, person=name, at_place=place, when=days(1), med_type="11", dscg_maindiag_code=illness)
    bills = (line(name, person=name, at_place=place, item=t, charge="04" if t == SUGAR else "03", when=days(1), fen=fen) for t in tests)
    lines = (*bills, line(name, person=name, at_place=place, when=days(1)))
    return begun + many(Fact(tuple((t, {**r, "bilg_dr_code": doctor}) for t, r in one.rows)) for one in lines)


def house(place: str, tests: tuple[str, ...] = (), *, tested: int = 5, visits: int = 10, chapters: Chapters = CHAPTERS) -> Fact:
    """Patients of each chapter, the first of them with these tests; its doctor is named after the house."""
    return many(
        seen(f"{place}{c}{k}", *(tests if k < tested else ()), place=place, illness=c, doctor=f"D{place}")
        for c in chapters
        for k in range(visits)
    )


TOWN = many(house(f"H{k}") for k in range(2, 8))


def test_three_tests_at_once_in_three_chapters_cite_the_package() -> None:
    finding = fire(PACKAGE, TOWN, house("H1", SET)).only()

    assert finding.subject == ("institution", "H1")
    assert len(finding.cites("fee_list_d")) == 3 * 15
    assert (finding.facts["of_whom"], finding.facts["visits"], finding.facts["tests"]) == ("outpatients", 15, 3)


def test_a_clinic_for_one_complaint_and_a_favourite_test_are_no_package() -> None:
    two = house("H1", SET, chapters=CHAPTERS[:2]) + house("H1", chapters=CHAPTERS[2:])

    assert fire(PACKAGE, TOWN, two).none()
    assert fire(PACKAGE, TOWN, house("H1", SET[:2])).none()


def test_what_the_usual_house_gives_as_well_is_custom() -> None:
    custom = many(house(f"H{k}", SET, tested=2) for k in range(2, 8))

    assert fire(PACKAGE, custom, house("H1", SET, tested=5)).none()
    assert fire(PACKAGE, custom, house("H1", SET, tested=7)).only()


def test_nine_patients_of_a_chapter_are_chance_and_four_houses_have_no_usual_rate() -> None:
    assert fire(PACKAGE, TOWN, house("H1", SET, visits=9)).none()
    assert fire(PACKAGE, *(house(f"H{k}") for k in range(2, 5)), house("H1", SET)).none()


def test_tests_without_report_are_another_question() -> None:
    reported = many(row("exam_rpot", rpot_id=f"R{c}{k}", mdtrt_id=f"H1{c}{k}", med_list_codg=HEART) for c in CHAPTERS for k in range(5))

    assert fire(PACKAGE, TOWN, house("H1", SET), reported).none()  # of the pictures only the heart was ever reported


def test_a_visit_without_a_diagnosis_is_not_testable() -> None:
    run = fire(PACKAGE, TOWN, house("H1", SET, chapters=(None,)))

    assert run.none()
    assert run.not_testable == {"dscg_maindiag_code": 10}


STAFF = many(row("medstff_b", stff_code=f"D{h}", stff_type="1", fixmedins_code=h) for h in [f"H{k}" for k in range(1, 13)])
COLLEAGUES = many(house(f"H{k}") for k in range(2, 13))


def scanning(tested: int = 5, *, chapters: Chapters = CHAPTERS, fen: int = 20_000) -> Fact:
    return many(seen(f"S{c}{k}", *((CT,) if k < tested else ()), illness=c, doctor="DH1", fen=fen) for c in chapters for k in range(10))


def test_half_the_patients_of_three_chapters_through_the_machine_are_cited() -> None:
    finding = fire(SCANS, STAFF, COLLEAGUES, scanning()).only()

    assert finding.subject == ("doctor", "DH1")
    assert len(finding.cites("fee_list_d")) == 15
    assert (finding.facts["visits"], finding.facts["scanned"]) == (30, 15)


@pytest.mark.parametrize("honest", [scanning(2), scanning(fen=9_999), scanning(chapters=CHAPTERS[:2])])
def test_two_of_a_chapter_cheap_ones_and_a_clinic_for_two_complaints_are_no_habit(honest: Fact) -> None:
    assert fire(SCANS, STAFF, COLLEAGUES, honest, house("H1", chapters=CHAPTERS[2:])).none()


def test_where_every_doctor_scans_nobody_stands_out() -> None:
    town = many(
        seen(f"T{h}{c}{k}", *((CT,) if k < 2 else ()), place=f"H{h}", illness=c, doctor=f"DH{h}", fen=20_000)
        for h in range(2, 13)
        for c in CHAPTERS
        for k in range(10)
    )

    assert fire(SCANS, STAFF, town, scanning()).none()
    assert fire(SCANS, STAFF, town, scanning(8)).only()


def test_what_all_doctors_of_a_house_do_is_the_houses_habit() -> None:
    second = many(seen(f"X{c}{k}", *((CT,) if k < 2 else ()), illness=c, doctor="DX", fen=20_000) for c in CHAPTERS for k in range(10))

    assert fire(SCANS, STAFF, COLLEAGUES, scanning(), second, row("medstff_b", stff_code="DX", stff_type="1", fixmedins_code="H1")).none()


def test_a_patient_without_a_diagnosis_is_not_testable() -> None:
    run = fire(SCANS, STAFF, COLLEAGUES, scanning(chapters=(None,)))

    assert run.none()
    assert run.not_testable == {"dscg_maindiag_code": 10}


def ward(place: str, repeats: int, *, gap: int = 2, stays: int = 12, item: str = SONAR) -> Fact:
    """Stays with one examination, the first of them with a second one `gap` days later."""
    names = [f"{place}-{k}" for k in range(stays)]
    begun = many(visit(n, person=n, at_place=place, when=days(0), med_type="21", endtime=at(days(12))) for n in names)
    once = many(line(n, person=n, at_place=place, item=item, charge="03", when=days(1)) for n in names)
    return begun + once + many(line(n, person=n, at_place=place, item=item, charge="03", when=days(1 + gap)) for n in names[:repeats])


HOSPITALS = many(ward(f"H{k}", 0) for k in range(2, 7))


def test_five_repeats_within_days_cite_the_second_one() -> None:
    finding = fire(AGAIN, HOSPITALS, ward("H1", 5)).only()

    assert finding.subject == ("institution", "H1")
    assert finding.amount_fen == 5_000
    assert (finding.facts["visits"], finding.facts["least_days"]) == (5, 2)


def test_four_got_worse_and_after_a_week_a_treatment_is_answered() -> None:
    assert fire(AGAIN, HOSPITALS, ward("H1", 4)).none()
    assert fire(AGAIN, HOSPITALS, ward("H1", 5, gap=8)).none()
    assert fire(AGAIN, HOSPITALS, ward("H1", 5, gap=7)).only()


def test_five_of_three_hundred_are_the_seldom_ones() -> None:
    assert fire(AGAIN, HOSPITALS, ward("H1", 5, stays=251)).none()
    assert fire(AGAIN, HOSPITALS, ward("H1", 5, stays=250)).only()


def test_what_the_usual_house_follows_day_by_day_is_not_judged() -> None:
    followed = many(ward(f"H{k}", 6) for k in range(2, 7))

    assert fire(AGAIN, followed, ward("H1", 12)).none()


def test_four_houses_know_no_usual_share() -> None:
    assert fire(AGAIN, *(ward(f"H{k}", 0) for k in range(2, 5)), ward("H1", 5)).none()


def test_an_examination_without_a_day_is_not_testable() -> None:
    run = fire(AGAIN, HOSPITALS, ward("H1", 4), line("X", item=SONAR, charge="03", when=None))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 1}
