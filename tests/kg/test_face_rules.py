"""Whose face stands behind a card: a borrower's, an employee's, one that is in two places at once; relatives, slips and wrong clocks."""

from collections.abc import Iterable

import pytest

from tests.kg.crimes import Fact, check, days, fire, hospital, line, many, person, row, stay

BORROWED, STAFF, TWICE = "one_card_many_faces", "staff_face_on_patient_task", "same_face_two_places"


def seen(
    who: str, face: str | None, on: Iterable[float], *, visit: str | None = None, kind: str = "daily_ward", result: str = "pass"
) -> Fact:
    return many(check(visit, person=who, face=face, when=days(d), kind=kind, result=result) for d in on)


def town(n: int = 6) -> Fact:
    """Cards that show one face, on several days."""
    return many(seen(f"H{k}", f"F{k}", range(3)) for k in range(n))


def own(who: str = "ANN") -> Fact:
    """The holder herself, before and after the days in question."""
    return seen(who, "HER", [-9, -5, 30, 34, 38], kind="clinic")


def borrowed(face: str | None = "BOB", on: Iterable[float] = range(10), **more: object) -> Fact:
    return stay("S1", person="ANN") + seen("ANN", face, on, visit="S1", **more)  # type: ignore[arg-type]


def test_a_stay_with_another_face_cites_all_its_lines() -> None:
    finding = fire(BORROWED, town(), own(), borrowed()).only()

    assert finding.subject == ("patient", "ANN")
    assert finding.cites("mdtrt_d") == [{"mdtrt_id": "S1"}]
    assert len(finding.cites("face_check")) == 10
    assert len(finding.cites("fee_list_d")) == 22
    assert finding.amount_fen == 22_000


def test_one_day_with_another_face_is_a_slip_at_the_device() -> None:
    assert fire(BORROWED, town(), own(), borrowed(on=[3])).none()
    assert fire(BORROWED, town(), own(), borrowed(on=[3, 4])).only()


def test_a_neighbour_taken_twice_in_a_stay_of_her_own_is_a_slip() -> None:
    assert fire(BORROWED, town(), own(), borrowed(on=[3, 4]), seen("ANN", "HER", [1, 2, 5, 6], visit="S1")).none()


def test_a_face_that_never_turns_back_has_changed() -> None:
    before = seen("ANN", "HER", [-9, -8, -7, -6, -5, -4, -3, -2, -1, -0.5, -0.4, -0.3], kind="clinic")

    assert fire(BORROWED, town(), before, borrowed()).none()


def test_a_daughter_may_fetch_and_may_not_lie_in_the_bed() -> None:
    home = person("ANN", family="FAM") + person("DAUGHTER", family="FAM") + seen("DAUGHTER", "BOB", [-3, -2, -1])
    fetched = seen("ANN", "BOB", [1, 2, 3], kind="pharmacy")

    assert fire(BORROWED, town(), own(), home, fetched).none()
    assert fire(BORROWED, town(), own(), home, borrowed()).only().subject == ("patient", "ANN")


def test_a_face_with_the_cards_of_three_households_is_a_collectors() -> None:
    more = seen("CARL", "BOB", [1]) + seen("DORA", "BOB", [2])

    assert fire(BORROWED, town(), own(), borrowed(), more).none()


def test_templates_that_name_pictures_say_nothing() -> None:
    pictures = many(seen(f"H{k}", f"F{k}-{d}", [d]) for k in range(6) for d in range(3))

    assert fire(BORROWED, pictures, own(), borrowed()).none()


def test_checks_without_a_template_are_not_testable() -> None:
    run = fire(BORROWED, town(), own(), borrowed(face=None))  # type: ignore[arg-type]

    assert run.none()
    assert run.not_testable["template_id"] == 10


def nurse(at: str = "H1", *, family: str | None = None, known: Iterable[float] = (-5, -4)) -> Fact:
    """An employee who is insured too; her own card has shown her face."""
    job = row("medstff_b", stff_code="N1", fixmedins_code=at, certno_h="CERT", stff_type="2", begndate="2020-01-01")
    card = row("psn_b", psn_no="NURSE", certno_h="CERT", family_id=family)
    return job + card + seen("NURSE", "NINA", known, kind="clinic")


def certified(on: Iterable[float] = (3, 4), **more: object) -> Fact:
    return stay("S1", person="ANN") + seen("ANN", "NINA", on, visit="S1", **more)  # type: ignore[arg-type]


def test_days_certified_by_a_nurse_cite_the_lines_of_those_days() -> None:
    finding = fire(STAFF, town(), nurse(), certified()).only()

    assert finding.subject == ("institution", "H1")
    assert len(finding.cites("face_check")) == 2
    assert finding.amount_fen == 4_000  # a bed and a treatment on each of two days


def test_one_picture_has_the_nurse_in_the_background() -> None:
    assert fire(STAFF, town(), nurse(), certified(on=[3])).none()


def test_a_relative_another_house_and_a_failed_check_are_no_crime() -> None:
    assert fire(STAFF, town(), nurse(family="FAM"), person("ANN", family="FAM"), certified()).none()
    assert fire(STAFF, town(), nurse(at="H9"), certified()).none()
    assert fire(STAFF, town(), nurse(), certified(result="fail")).none()


def test_an_employee_seen_once_is_not_known_by_face() -> None:
    assert fire(STAFF, town(), nurse(known=[-5]), certified()).none()


def test_staff_checks_without_a_template_are_not_testable() -> None:
    unknown = stay("S1", person="ANN") + seen("ANN", None, [3, 4], visit="S1")

    run = fire(STAFF, town(), nurse(), unknown)

    assert run.none()
    assert run.not_testable["template_id"] == 2


FAR = hospital("H1") + hospital("H2", place=(120.0, 30.18))  # 20 km to the north: 26 minutes by road


def flight(face: str | None = "BOB", *, minutes: float = 10, first: str = "BOB", second: str = "ANN", day: int = 1) -> Fact:
    here = check(None, person=first, face=face, at_place="H1", when=days(day, 10), kind="clinic")
    return here + check(None, person=second, face=face, at_place="H2", when=days(day, 10 + minutes / 60), kind="clinic")


def test_a_face_at_two_cameras_accuses_the_card_that_is_not_its_own() -> None:
    finding = fire(TWICE, FAR, town(), seen("BOB", "BOB", [-3, -2]), own(), flight()).only()

    assert finding.subject == ("patient", "ANN")
    assert len(finding.cites("face_check")) == 1
    assert 19 < finding.facts["km"] < 21  # type: ignore[operator]


@pytest.mark.parametrize(("minutes", "hits"), [(25, 1), (27, 0)])
def test_the_journey_takes_its_time(minutes: float, hits: int) -> None:
    assert len(fire(TWICE, FAR, town(), seen("BOB", "BOB", [-3, -2]), flight(minutes=minutes)).findings) == hits


def test_the_next_door_a_family_and_an_unknown_place_are_no_crime() -> None:
    known = seen("BOB", "BOB", [-3, -2])
    near = hospital("H1") + hospital("H2", place=(120.0, 30.04))  # 4.5 km
    nowhere = hospital("H1") + row("fixmedins_b", fixmedins_code="H2", fixmedins_type="1")

    assert fire(TWICE, near, town(), known, flight(minutes=1)).none()
    assert fire(TWICE, FAR, town(), known, person("ANN", family="FAM"), person("BOB", family="FAM"), flight()).none()
    assert fire(TWICE, nowhere, town(), known, flight()).none()


def test_a_clock_that_puts_three_faces_in_two_places_is_wrong() -> None:
    known = many(seen(f"B{k}", f"B{k}", [-3, -2]) for k in range(3))
    three = many(flight(f"B{k}", first=f"B{k}", second=f"A{k}", day=1 + k) for k in range(3))
    two = many(flight(f"B{k}", first=f"B{k}", second=f"A{k}", day=1 + k) for k in range(2))

    assert fire(TWICE, FAR, town(), known, three).none()
    assert len(fire(TWICE, FAR, town(), known, two).findings) == 2


def test_a_face_without_a_template_is_not_testable() -> None:
    run = fire(TWICE, FAR, town(), flight(face=None))  # type: ignore[arg-type]

    assert run.none()
    assert run.not_testable["template_id"] == 2


def test_lines_of_others_on_those_days_are_not_cited() -> None:
    others = line("S9", person="EVE", when=days(3))

    assert fire(STAFF, town(), nurse(), certified(), others).only().amount_fen == 4_000
