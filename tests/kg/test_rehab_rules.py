"""Therapists and patients whose days have more hours than days have; treatment without a face."""

import pytest

from tests.kg.crimes import Fact, check, days, fire, line, many, row, serial, stay
from tests.kg.hospital import on_day

HANDS, HOURS, FACES = "therapist_capacity", "patient_therapy_hours", "rehab_session_face_missing"
TRAINING, LASER = "003402000240000", "003401000100000"

KNOWN = row("kb_service", med_list_codg=TRAINING, minutes_min=30, one_to_one="1", concurrent_ok="0")
MACHINE = row("kb_service", med_list_codg=LASER, minutes_min=30, one_to_one="0", concurrent_ok="1")


def given(
    who: str,
    day: float,
    *,
    units: int = 1,
    item: str = TRAINING,
    by: str | None = None,
    fen: int = 3_000,
    visit: str | None = None,
    hour: float = 10,
) -> Fact:
    """A billed treatment; `by` is the hand named on the line. Its key is the line's."""
    billed = line(visit or f"V-{who}", person=who, item=item, when=days(day, hour), cnt=units, fen=units * fen)
    return Fact(tuple((t, {**r, "acord_dr_code": by}) for t, r in billed.rows), billed.key)


def session(who: str, day: int, *, by: str | None = "TH", item: str = TRAINING) -> Fact:
    times = {"begntime": on_day(day, 10), "endtime": on_day(day, 10.5)}
    return row("therapy_session", session_id=serial("T"), psn_no=who, fixmedins_code="H1", therapist_code=by, med_list_codg=item, **times)


def logged(patients: int, on: range, *, by: str | None = "TH", item: str = TRAINING) -> Fact:
    """On each day, a half hour each for so many patients: billed, and written into the log."""
    return many(given(f"P{n}", d, item=item) + session(f"P{n}", d, by=by, item=item) for n in range(patients) for d in on)


def test_twenty_one_half_hours_on_three_days_are_more_than_ten_hours() -> None:
    finding = fire(HANDS, KNOWN, logged(21, range(3))).only()

    assert finding.subject == ("doctor", "TH")
    assert (finding.facts["days"], finding.facts["most_minutes"]) == (3, 630)
    assert len(finding.cites("fee_list_d")) == 63
    assert not finding.amount_fen  # which of the treatments were not given, nobody can say


def test_ten_hours_and_two_days_are_hard_work() -> None:
    assert fire(HANDS, KNOWN, logged(20, range(3))).none()
    assert fire(HANDS, KNOWN, logged(21, range(2))).none()


def test_machines_need_no_hands() -> None:
    assert fire(HANDS, KNOWN, MACHINE, logged(21, range(3), item=LASER)).none()


def test_without_a_log_the_line_names_the_hand_if_the_register_knows_it() -> None:
    lines = many(given(f"P{n}", d, by="TH") for n in range(21) for d in range(3))

    assert fire(HANDS, KNOWN, lines, row("medstff_b", stff_code="TH", fixmedins_code="H1")).only()
    assert fire(HANDS, KNOWN, lines).none()  # a department's account


def test_an_unnamed_therapist_is_not_testable() -> None:
    run = fire(HANDS, KNOWN, logged(21, range(3), by=None))

    assert run.none()
    assert run.not_testable == {"therapist_code": 63}


def test_nine_hours_on_a_day_cite_the_surplus_of_the_cheapest_lines() -> None:
    cheap = given("ANN", 0, units=10, fen=1_000)
    dear = given("ANN", 0, units=8, fen=5_000)

    finding = fire(HOURS, KNOWN, cheap, dear).only()

    assert finding.subject == ("encounter", "V-ANN")
    assert finding.evidence == [("fee_list_d", cheap.key, 2_000)]  # sixty minutes of five hundred and forty
    assert finding.facts["most_minutes"] == 540


def test_eight_hours_are_the_edge() -> None:
    assert fire(HOURS, KNOWN, given("ANN", 0, units=16)).none()
    assert fire(HOURS, KNOWN, given("ANN", 0, units=17)).only()


def test_machines_run_side_by_side() -> None:
    assert fire(HOURS, KNOWN, MACHINE, given("ANN", 0, units=12), given("ANN", 0, units=12, item=LASER)).none()


def test_two_visits_of_one_day_are_one_day() -> None:
    run = fire(HOURS, KNOWN, given("ANN", 0, units=10, visit="A"), given("ANN", 0, units=10, visit="B"))

    assert sum(f.amount_fen or 0 for f in run) == 12_000  # four of twenty units


def test_a_stay_posted_at_once_is_judged_by_its_length() -> None:
    ten = stay("V-ANN", person="ANN", last=9)

    assert fire(HOURS, KNOWN, ten, given("ANN", 9, units=160)).none()  # ten days of eight hours
    assert fire(HOURS, KNOWN, ten, given("ANN", 9, units=161)).only().amount_fen == 3_000


def test_a_treatment_without_a_day_is_not_testable() -> None:
    run = fire(HOURS, KNOWN, line("V", item=TRAINING, when=None, cnt=40))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 1}


def entered(who: str, day: float, *, kind: str = "rehab_in", result: str = "pass") -> Fact:
    return check(None, person=who, when=days(day, 9.9), kind=kind, result=result)


def others(n: int = 4, on: range = range(10), *, out: tuple[int, ...] = ()) -> Fact:
    """Honest patients, seen at the door each day but on the days `out`."""
    return many(given(f"H{k}", d) + entered(f"H{k}", d, result="missed" if d in out else "pass") for k in range(n) for d in on)


def card(on: range = range(10), *, absent: tuple[int, ...] = (2, 4, 6), **more: object) -> Fact:
    """Treatment of ANN billed every day, her face missing on the `absent` ones."""
    return many(given("ANN", d, **more) for d in on) + many(entered("ANN", d) for d in on if d not in absent)  # type: ignore[arg-type]


def test_three_days_of_ten_without_her_cite_their_lines() -> None:
    finding = fire(FACES, others(), card()).only()

    assert finding.subject == ("patient", "ANN")
    assert finding.amount_fen == 9_000
    assert finding.facts["missing_days"] == 3


def test_two_days_or_less_than_three_of_ten_are_noise() -> None:
    assert fire(FACES, others(), card(absent=(2, 4))).none()
    assert fire(FACES, others(on=range(11)), card(on=range(11))).none()  # three of eleven


@pytest.mark.parametrize("proof", ["session", "ward"])
def test_a_log_or_the_ward_saw_her(proof: str) -> None:
    seen = session("ANN", 4) if proof == "session" else entered("ANN", 4, kind="daily_ward")

    assert fire(FACES, others(), card(), seen).none()


def test_a_door_out_of_order_accuses_nobody() -> None:
    assert fire(FACES, others(out=(2, 4, 6)), card()).none()


def test_a_place_that_seldom_asks_is_not_judged() -> None:
    quiet = many(given(f"Q{k}", d) for k in range(6) for d in range(10))

    assert fire(FACES, others(), quiet, card()).none()


def test_a_course_posted_at_once_has_no_days() -> None:
    assert fire(FACES, others(), card(), given("ANN", 9, units=5)).none()


def test_an_unknown_day_of_treatment_is_not_testable() -> None:
    run = fire(FACES, others(), line("V", person="ANN", item=TRAINING, when=None))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 1}
