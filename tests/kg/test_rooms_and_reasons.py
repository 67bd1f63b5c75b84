"""More operations than theatres, sleep for nothing, small things charged apart, training that nobody planned."""

import pytest

from tests.kg.crimes import Fact, days, fire, line, many, row, stay
from tests.kg.hospital import ANAESTHESIA, operation, theatre_line

ROOMS, SLEEP, APART, UNPLANNED = (
    "theatre_capacity_exceeded",
    "anaesthesia_without_operation_or_too_long",
    "consumable_not_separately_chargeable",
    "rehab_without_assessment",
)


def rooms(n: int) -> Fact:
    return row("equipment", fixmedins_code="H1", equip_type="operating_room", cnt=n)


def at_once(day: int, n: int, *, apart: float = 0.5, way: str | None = "1", minutes: float | None = 120) -> Fact:
    """`n` patients operated for two hours each, one brought in `apart` hours after the other."""
    names = [f"P{day}-{k}" for k in range(n)]
    billed = many(stay(p, person=p) + theatre_line(p, person=p, day=day) for p in names)
    return billed + many(operation(p, person=p, day=day, hour=9 + k * apart, way=way, minutes=minutes) for k, p in enumerate(names))


def test_three_patients_in_two_theatres_on_two_days_cite_the_last() -> None:
    run = fire(ROOMS, rooms(2), at_once(1, 3), at_once(2, 3))

    finding = run.only()
    assert finding.subject == ("institution", "H1")
    assert len(finding.cites("setl_list_oprn_d")) == 2
    assert (finding.facts["most_at_once"], finding.facts["rooms"]) == (3, 2)
    assert not finding.amount_fen  # which of the three had no table, nobody can say


def test_as_many_as_there_are_theatres_and_one_day_are_no_crime() -> None:
    assert fire(ROOMS, rooms(3), at_once(1, 3), at_once(2, 3)).none()
    assert fire(ROOMS, rooms(2), at_once(1, 3)).none()


@pytest.mark.parametrize(("apart", "hits"), [(0.875, 0), (0.87, 1)])
def test_one_is_taken_out_while_the_next_is_brought_in(apart: float, hits: int) -> None:
    assert len(fire(ROOMS, rooms(2), at_once(1, 3, apart=apart), at_once(2, 3, apart=apart)).findings) == hits


def test_local_anaesthesia_needs_no_theatre_and_an_unknown_number_of_theatres_no_judgement() -> None:
    assert fire(ROOMS, rooms(2), at_once(1, 3, way="3"), at_once(2, 3, way="3")).none()
    assert fire(ROOMS, at_once(1, 3), at_once(2, 3)).none()


def test_unknown_hours_are_not_testable() -> None:
    run = fire(ROOMS, rooms(2), at_once(1, 3, minutes=None), at_once(2, 3, minutes=None))

    assert run.none()
    assert run.not_testable["begins_at"] == 6


SET = row("kb_code_set", set_key="anaesthesia", code=ANAESTHESIA)


def asleep(name: str, *, for_what: Fact | None = None, last: int | None = 5) -> Fact:
    sleep = theatre_line(name, person=name, item=ANAESTHESIA, charge="05", fen=30_000)
    return stay(name, person=name, last=last) + sleep + (for_what or Fact(()))


OPERATED = many(asleep(f"N{k}", for_what=theatre_line(f"N{k}", person=f"N{k}")) for k in range(5))


def test_an_anaesthesia_for_nothing_cites_its_line() -> None:
    finding = fire(SLEEP, SET, OPERATED, asleep("PAPER")).only()

    assert finding.subject == ("encounter", "PAPER")
    assert finding.amount_fen == 30_000


def test_a_record_a_note_or_a_look_inside_is_a_reason() -> None:
    note = row("clinical_note", note_id="N", mdtrt_id="PAPER", note_type="anaesthesia", text="...")
    endoscopy = line("PAPER", person="PAPER", item="003109020050000", charge="03", when=days(1))

    for reason in (operation("PAPER", person="PAPER"), note, endoscopy):
        assert fire(SLEEP, SET, OPERATED, asleep("PAPER", for_what=reason)).none()


def test_where_bills_seldom_show_what_was_done_nothing_is_judged() -> None:
    assert len(fire(SLEEP, SET, OPERATED, asleep("A"), asleep("B")).findings) == 2  # five of seven have a reason
    assert fire(SLEEP, SET, OPERATED, asleep("A"), asleep("B"), asleep("C")).none()


def test_pain_treatment_is_not_in_the_set() -> None:
    assert fire(SLEEP, row("kb_code_set", set_key="anaesthesia", code="003301000070000"), OPERATED, asleep("PAPER")).none()


def test_a_patient_still_in_may_be_operated_tomorrow() -> None:
    run = fire(SLEEP, SET, OPERATED, asleep("IN", last=None))

    assert run.none()
    assert run.not_testable == {"ends_at": 1}


GLOVE = "C1401010010000000001"


def glove(fen: int = 1_000, *, day: float | None = 1) -> Fact:
    billed = line("S1", item=GLOVE, charge="08", when=None if day is None else days(day), fen=fen)
    return Fact(tuple((t, {**r, "list_type": "301"}) for t, r in billed.rows), billed.key)


CONTAINED = row("kb_consumable", med_list_codg=GLOVE, separately_chargeable="0")


def test_what_the_service_contains_is_cited() -> None:
    piece = glove()

    finding = fire(APART, CONTAINED, stay("S1"), piece).only()

    assert finding.subject == ("encounter", "S1")
    assert finding.evidence == [("fee_list_d", piece.key, 1_000)]


def test_trifles_and_what_may_be_charged_are_left() -> None:
    assert fire(APART, CONTAINED, stay("S1"), glove(999)).none()
    assert fire(APART, row("kb_consumable", med_list_codg=GLOVE, separately_chargeable="1"), stay("S1"), glove()).none()


@pytest.mark.parametrize(("day", "hits"), [(2, 0), (3, 1)])
def test_the_list_of_the_day_counts(day: float, hits: int) -> None:
    since = row("kb_consumable", med_list_codg=GLOVE, separately_chargeable="0", valid_from="2025-07-10")

    assert len(fire(APART, since, stay("S1"), glove(day=day)).findings) == hits


def test_a_piece_without_a_day_meets_no_list() -> None:
    run = fire(APART, CONTAINED, stay("S1"), glove(day=None))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 1}


TRAINING, ASSESSMENT, BALANCE_TEST = "003402000240000", "003402000390000", "003402000010000"


def course(who: str, on: range = range(0, 10, 2), *, measured: float | None = None, by: str = ASSESSMENT) -> Fact:
    """Training of `who` on these days, and an assessment on the day `measured`."""
    sessions = many(line(f"V{who}", person=who, item=TRAINING, when=days(d), fen=3_000) for d in on)
    return sessions if measured is None else sessions + line(f"V{who}", person=who, item=by, when=days(measured), fen=2_000)


MEASURED = many(course(f"N{k}", measured=0) for k in range(5))


def test_a_long_course_that_nobody_planned_costs_what_followed_the_first_month() -> None:
    finding = fire(UNPLANNED, MEASURED, course("ANN", range(0, 41, 10))).only()

    assert finding.subject == ("encounter", "VANN")
    assert finding.facts["sessions"] == 5
    assert finding.amount_fen == 3_000  # day 40; day 30 is still the first month


def test_a_short_course_needs_no_plan() -> None:
    assert fire(UNPLANNED, MEASURED, course("ANN", range(0, 8, 2))).none()


def test_an_assessment_in_the_month_before_a_test_of_balance_or_a_note_is_a_plan() -> None:
    note = row("clinical_note", note_id="N", mdtrt_id="VANN", note_type="progress", text="Barthel指数评分55分")
    visit_row = row("mdtrt_d", mdtrt_id="VANN", psn_no="ANN", fixmedins_code="H1", med_type="11", vali_flag="1")

    assert fire(UNPLANNED, MEASURED, course("ANN", range(30, 40, 2), measured=0)).none()
    assert fire(UNPLANNED, MEASURED, course("ANN", range(31, 41, 2), measured=0)).only()
    assert fire(UNPLANNED, MEASURED, course("ANN", measured=4, by=BALANCE_TEST)).none()
    assert fire(UNPLANNED, MEASURED, course("ANN"), visit_row, note).none()


def test_where_assessment_is_part_of_the_price_nothing_is_judged() -> None:
    assert fire(UNPLANNED, MEASURED, *(course(w) for w in ("ANN", "BOB", "CAT"))).none()  # five of eight


def test_training_without_a_day_is_not_testable() -> None:
    run = fire(UNPLANNED, MEASURED, *(line("V", person="ANN", item=TRAINING, when=None) for _ in range(5)))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 5}
