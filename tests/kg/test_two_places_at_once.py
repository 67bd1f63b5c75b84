"""A patient on the table and elsewhere, a nurse in the bed and on the ward, one pair of hands at several patients."""

import pytest

from tests.kg.crimes import Fact, check, days, dialysis, fire, line, many, row, serial, session, stay
from tests.kg.hospital import on_day, operation, theatre_line

KNIFE, INTENSIVE, STAFF, CLASS = (
    "patient_in_operation_and_elsewhere",
    "icu_days_mismatch",
    "staff_and_family_admissions",
    "individual_therapy_in_group",
)
TRAINING, MONITORED, COMMON = "003402000240000", "001109000030000", "001109000010000"


def therapy(who: str, *, day: int = 1, hour: float = 10, minutes: float = 30, by: str = "TH", fen: int = 3_000) -> Fact:
    """A session in the therapist's log and its line. Its key is the line's."""
    times = {"begntime": on_day(day, hour), "endtime": on_day(day, hour + minutes / 60)}
    log = row(
        "therapy_session", session_id=serial("T"), psn_no=who, fixmedins_code="H1", therapist_code=by, med_list_codg=TRAINING, **times
    )
    return line(f"V-{who}", person=who, item=TRAINING, when=days(day, 18), fen=fen) + log


def on_the_table(who: str = "ANN", **more: object) -> Fact:
    """Operated on day 1 from 9:00 to 11:00."""
    return stay("S1", person=who) + theatre_line("S1", person=who) + operation("S1", person=who, **more)  # type: ignore[arg-type]


def test_training_during_the_operation_cites_the_training() -> None:
    trained = therapy("ANN")

    finding = fire(KNIFE, on_the_table(), trained).only()

    assert finding.subject == ("encounter", "S1")
    assert finding.evidence == [("fee_list_d", trained.key, 3_000)]
    assert finding.facts["therapy_sessions"] == 1


@pytest.mark.parametrize(("hour", "minutes", "hits"), [(8.5, 45, 0), (8.5, 46, 1), (10.75, 30, 0), (10.74, 30, 1)])
def test_a_quarter_of_an_hour_at_both_ends_is_transport(hour: float, minutes: float, hits: int) -> None:
    assert len(fire(KNIFE, on_the_table(), therapy("ANN", hour=hour, minutes=minutes)).findings) == hits


def test_another_centres_machine_and_another_places_camera_cannot_be() -> None:
    cleaned = session(person="ANN", day=1) + dialysis(person="ANN", day=1)
    seen = check(None, person="ANN", at_place="P9", when=days(1, 10), kind="pharmacy")

    assert fire(KNIFE, on_the_table(), cleaned).only().amount_fen == 40_000
    assert fire(KNIFE, on_the_table(), seen).only().amount_fen == 200_000  # the face accuses the operation


def test_the_house_itself_may_look_at_its_patient() -> None:
    inside = check("S1", person="ANN", when=days(1, 10), kind="daily_ward")

    assert fire(KNIFE, on_the_table(), inside, session(person="ANN", at_place="H1", day=1)).none()


def test_an_operation_without_hours_is_not_testable() -> None:
    run = fire(KNIFE, on_the_table(minutes=None), therapy("ANN"))

    assert run.none()
    assert run.not_testable == {"begins_at": 1}


def monitored(name: str, on: range, *, moved: tuple[int, int | None] | None = None, last: int | None = 10) -> Fact:
    """A stay with the bed of a monitored ward on some days, and the transfer that the house recorded."""
    beds = many(line(name, person=name, item=MONITORED, charge="01", when=days(d, 9), fen=20_000) for d in on)
    record = row("icu_stay", mdtrt_id=name, in_time=on_day(moved[0], 8), out_time=moved[1] and on_day(moved[1], 8)) if moved else Fact(())
    return stay(name, person=name, last=last) + beds + record


WARDS = many(monitored(f"N{n}", range(2, 5), moved=(2, 4)) for n in range(5))
COMMON_BED = line("N0", person="N0", item=COMMON, charge="01", when=days(6), fen=5_000)


def test_days_after_the_transfer_cite_what_exceeds_a_common_bed() -> None:
    finding = fire(INTENSIVE, WARDS, COMMON_BED, monitored("LONG", range(2, 8), moved=(2, 4))).only()

    assert finding.subject == ("encounter", "LONG")
    assert finding.facts["days_outside"] == 3
    assert finding.amount_fen == 45_000


def test_one_day_is_a_bed_kept_free() -> None:
    assert fire(INTENSIVE, WARDS, monitored("LONG", range(2, 6), moved=(2, 4))).none()
    assert fire(INTENSIVE, WARDS, monitored("LONG", range(2, 7), moved=(2, 4))).only()


def test_never_transferred_is_never_there_where_transfers_are_recorded() -> None:
    assert fire(INTENSIVE, WARDS, monitored("NONE", range(2, 5))).only()
    assert fire(INTENSIVE, WARDS, *(monitored(f"NONE{n}", range(2, 5)) for n in range(3))).none()  # three of eight


def test_without_an_end_the_patient_stayed_until_discharge() -> None:
    assert fire(INTENSIVE, WARDS, monitored("LONG", range(2, 10), moved=(2, None))).none()


def test_a_stay_posted_on_one_day_has_no_days() -> None:
    at_once = many(line("BULK", person="BULK", item=MONITORED, charge="01", when=days(9), fen=20_000) for _ in range(3))

    assert fire(
        INTENSIVE,
        WARDS,
        stay("BULK", person="BULK"),
        at_once,
        row("icu_stay", mdtrt_id="BULK", in_time=on_day(2, 8), out_time=on_day(4, 8)),
    ).none()


def test_a_patient_still_in_may_still_lie_there() -> None:
    run = fire(INTENSIVE, WARDS, monitored("IN", range(2, 5), last=None))

    assert run.none()
    assert run.not_testable["ends_at"] == 1


NURSE = row("medstff_b", stff_code="NU1", fixmedins_code="H1", certno_h="C1") + row("psn_b", psn_no="ANN", certno_h="C1")


def shift(day: int, *, nights: int = 0, kind: str = "duty") -> Fact:
    times = {"begntime": on_day(day, 8), "endtime": on_day(day + nights, 16)}
    return row("duty", stff_code="NU1", fixmedins_code="H1", kind=kind, **times)


def test_two_shifts_during_her_own_stay_cite_it_whole() -> None:
    finding = fire(STAFF, NURSE, stay("S1", person="ANN"), shift(3), shift(5)).only()

    assert finding.subject == ("encounter", "S1")
    assert finding.facts["days_on_duty"] == 2
    assert finding.amount_fen == 22_000


def test_one_shift_was_swapped_and_the_first_and_last_day_are_hers() -> None:
    assert fire(STAFF, NURSE, stay("S1", person="ANN"), shift(3)).none()
    assert fire(STAFF, NURSE, stay("S1", person="ANN"), shift(0), shift(10)).none()


def test_a_day_on_which_the_ward_saw_her_was_no_shift() -> None:
    assert fire(STAFF, NURSE, stay("S1", person="ANN"), shift(3), shift(5), check("S1", person="ANN", when=days(5))).none()


def test_a_roster_for_weeks_and_leave_are_no_duty() -> None:
    assert fire(STAFF, NURSE, stay("S1", person="ANN"), shift(2, nights=3)).none()
    assert fire(STAFF, NURSE, stay("S1", person="ANN"), shift(2, nights=2)).only()
    assert fire(STAFF, NURSE, stay("S1", person="ANN"), shift(3, kind="leave"), shift(5, kind="leave")).none()


def test_a_shift_without_an_end_is_not_testable() -> None:
    run = fire(STAFF, NURSE, stay("S1", person="ANN"), *(row("duty", stff_code="NU1", kind="duty", begntime=on_day(d, 8)) for d in (3, 5)))

    assert run.none()
    assert run.not_testable == {"endtime": 2}


ALONE = row("kb_service", med_list_codg=TRAINING, one_to_one="1")


def lesson(day: int, *, second_at: float = 10.25) -> Fact:
    """Two half hours by the same hands, from 10:05 and from `second_at`."""
    return therapy("ANN", day=day, hour=10 + 5 / 60) + therapy("BOB", day=day, hour=second_at)


def test_two_patients_in_the_same_minutes_on_three_days_cite_half_of_each() -> None:
    finding = fire(CLASS, ALONE, *(lesson(d) for d in (1, 2, 3))).only()

    assert finding.subject == ("doctor", "TH")
    assert finding.amount_fen == 6 * 1_500
    assert len(finding.cites("therapy_session")) == 6


def test_two_days_are_slips_and_five_minutes_a_handover() -> None:
    assert fire(CLASS, ALONE, *(lesson(d) for d in (1, 2))).none()
    assert fire(CLASS, ALONE, *(lesson(d, second_at=10.5) for d in (1, 2, 3))).none()
    assert fire(CLASS, ALONE, *(lesson(d, second_at=10.49) for d in (1, 2, 3))).only()


def test_a_log_by_the_full_hour_holds_appointments() -> None:
    assert fire(CLASS, ALONE, *(therapy(w, day=d, hour=10) for w in ("ANN", "BOB") for d in (1, 2, 3))).none()


def test_what_the_library_does_not_mark_may_be_a_class() -> None:
    assert fire(CLASS, row("kb_service", med_list_codg=TRAINING, one_to_one="0"), *(lesson(d) for d in (1, 2, 3))).none()


def test_a_session_without_a_therapist_is_not_testable() -> None:
    unnamed = [
        Fact(tuple((t, {**r, "therapist_code": None} if t == "therapy_session" else r) for t, r in lesson(d).rows)) for d in (1, 2, 3)
    ]

    run = fire(CLASS, ALONE, *unnamed)

    assert run.none()
    assert run.not_testable == {"therapist_code": 6}
