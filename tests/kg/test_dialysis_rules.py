"""Dialysis on the bill only, and the patients who really are dialysed."""

from tests.kg.crimes import Fact, check, days, dialysis, faces, fire, line, many, row, session, settle, stay

NONE, SHORT, UNSEEN, OVER, MACHINE, INSIDE, WEIGHT, PICTURE = (
    "dialysis_without_session",
    "dialysis_session_too_short",
    "dialysis_face_pair_missing",
    "dialysis_sessions_over_limit",
    "dialysis_machine_hours",
    "dialysis_while_inpatient_elsewhere",
    "dialysis_weight_implausible",
    "dialysis_picture_shown_twice",
)
WEEK = (0, 2, 4)
MONTH = tuple(7 * week + day for week in range(3) for day in WEEK)  # nine days of July


def treated(who: str, on: tuple[int, ...] = MONTH, *, place: str = "D1", **how: object) -> Fact:
    """Billed, recorded, seen: what an honest patient leaves behind."""
    return many(
        dialysis(person=who, at_place=place, day=d)
        + session(person=who, at_place=place, day=d, **how)
        + faces(person=who, at_place=place, day=d)
        for d in on
    )  # type: ignore[arg-type]


HONEST = many(treated(f"H{n}") for n in range(5))


def test_billed_beyond_the_months_records_cites_the_days_without() -> None:
    paper = [dialysis(person="ANN", day=d) for d in (1, 3)]

    finding = fire(NONE, HONEST, treated("ANN", (0, 2, 4)), *paper).only()

    assert finding.amount_fen == 80_000
    assert {key["bkkp_sn"] for _, key, _ in finding.evidence} == {p.key["bkkp_sn"] for p in paper}


def test_one_lost_record_is_no_fraud() -> None:
    assert fire(NONE, HONEST, treated("ANN", (0, 2, 4)), dialysis(person="ANN", day=6)).none()


def test_bills_posted_once_a_month_are_compared_by_the_month() -> None:
    monthly = line("M1", person="ANN", at_place="D1", item="003110000060000", cnt=3, fen=120_000, when=days(20)) + settle(
        "M1", person="ANN"
    )
    records = many(session(person="ANN", day=d) for d in (0, 2, 4))

    assert fire(NONE, HONEST, monthly, records).none()


def test_a_session_at_the_partner_centre_counts() -> None:
    away = many(dialysis(person="ANN", day=d) + session(person="ANN", at_place="D2", day=d) for d in (0, 2, 4))

    assert fire(NONE, HONEST, away).none()


def test_a_centre_that_records_little_is_not_judged() -> None:
    idle = many(dialysis(person=f"I{n}", day=d) for n in range(5) for d in MONTH)

    assert fire(NONE, HONEST, idle).none()


def test_unknown_day_is_not_testable() -> None:
    run = fire(NONE, HONEST, dialysis(person="ANN", hour=None))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 1}


def test_three_half_sessions_are_cited() -> None:
    halves = many(dialysis(person="ANN", day=d) + session(person="ANN", day=d, minutes=119) for d in (0, 2, 4))

    finding = fire(SHORT, HONEST, treated("ANN", (7, 9)), halves).only()

    assert finding.amount_fen == 120_000
    assert finding.facts["shortest_minutes"] == 119


def test_two_half_sessions_are_medical_events_and_120_minutes_is_not_half() -> None:
    def sessions(minutes: float, n: int) -> Fact:
        return many(dialysis(person="ANN", day=d) + session(person="ANN", day=d, minutes=minutes) for d in WEEK[:n])

    assert fire(SHORT, HONEST, sessions(119, 2)).none()
    assert fire(SHORT, HONEST, sessions(120, 3)).none()


def test_mostly_short_sessions_are_a_habit() -> None:
    assert fire(SHORT, HONEST, treated("ANN", MONTH[:3]), treated("ANN", MONTH[3:6], minutes=180)).only()
    assert fire(SHORT, HONEST, treated("ANN", MONTH[:4]), treated("ANN", MONTH[4:6], minutes=180)).none()


def test_clocks_may_differ_by_twenty_minutes() -> None:
    assert fire(SHORT, HONEST, treated("ANN", MONTH, minutes=221)).none()


def test_three_days_without_a_face_are_cited() -> None:
    unseen = many(dialysis(person="ANN", day=d) for d in (0, 2, 4))

    finding = fire(UNSEEN, HONEST, treated("ANN", MONTH[3:]), unseen).only()

    assert finding.amount_fen == 120_000
    assert finding.facts["sessions_unseen"] == 3


def test_two_days_are_bandages() -> None:
    assert fire(UNSEEN, HONEST, treated("ANN", MONTH[2:]), many(dialysis(person="ANN", day=d) for d in (0, 2))).none()


def test_a_dead_device_accuses_nobody() -> None:
    dark = many(dialysis(person=f"H{n}", day=d) for n in range(5) for d in (21, 23, 25))

    assert fire(UNSEEN, HONEST, treated("ANN"), dark, many(dialysis(person="ANN", day=d) for d in (21, 23, 25))).none()


def test_a_centre_without_monitoring_is_not_judged() -> None:
    unwatched = many(dialysis(person=f"U{n}", at_place="D9", day=d) for n in range(5) for d in MONTH)

    assert fire(UNSEEN, HONEST, unwatched).none()


def test_a_fifteenth_session_of_the_month_and_the_next_are_cited() -> None:
    month = tuple(range(1, 24))[:16:1]

    finding = fire(OVER, many(dialysis(person="ANN", day=d) for d in month)).only()

    assert finding.facts["most_in_a_month"] == 16


def test_fourteen_at_three_a_week_are_quiet() -> None:
    assert fire(OVER, many(dialysis(person="ANN", day=d) for d in range(25) if d % 7 in WEEK)).none()


def test_four_in_seven_days_are_an_extra_session_and_six_are_not() -> None:
    assert fire(OVER, many(dialysis(person="ANN", day=d) for d in (0, 2, 4, 6))).none()
    assert fire(OVER, many(dialysis(person="ANN", day=d) for d in (0, 1, 2, 3, 4, 6))).only().amount_fen == 80_000


def test_emergencies_are_left_out() -> None:
    assert fire(OVER, many(dialysis(person="ANN", day=d, med_type="13") for d in range(12))).none()


def test_perfusion_on_the_day_of_dialysis_is_another_treatment() -> None:
    perfusion = many(line(f"V{d}", person="ANN", at_place="D1", item="003110000100000", when=days(d)) for d in MONTH)

    assert fire(OVER, treated("ANN"), perfusion).none()


def machine(n: int, *, overlap: float = 180, number: str | None = "M1") -> Fact:
    """Two persons on one machine; the first has faces and loses weight."""
    real = dialysis(person=f"R{n}", day=n) + session(person=f"R{n}", day=n, machine=number) + faces(person=f"R{n}", day=n)
    paper = dialysis(person=f"Q{n}", day=n, hour=12) + session(person=f"Q{n}", day=n, hour=12 - overlap / 60, machine=number, loss=0.0)
    return real + paper


def test_two_persons_on_one_machine_cite_the_one_without_witnesses() -> None:
    finding = fire(MACHINE, many(machine(n) for n in range(3))).only()

    assert finding.subject == ("institution", "D1")
    assert finding.amount_fen == 120_000
    assert finding.facts["persons"] == 3
    assert len(finding.cites("dialysis_session")) == 3


def test_two_wrong_machine_numbers_are_slips() -> None:
    assert fire(MACHINE, many(machine(n) for n in range(2))).none()


def test_the_same_two_side_by_side_are_one_number_written_wrong() -> None:
    beside = many(
        dialysis(person=p, day=d) + session(person=p, day=d, machine="M1") + faces(person=p, day=d)
        for d in range(6)
        for p in ("ANN", "BOB")
    )

    assert fire(MACHINE, beside).none()


def test_an_hour_of_overlap_is_handover_and_a_minute_more_is_not() -> None:
    assert fire(MACHINE, many(machine(n, overlap=60) for n in range(4))).none()
    assert fire(MACHINE, many(machine(n, overlap=61) for n in range(4))).only()


def test_an_unknown_machine_is_not_testable() -> None:
    run = fire(MACHINE, many(machine(n, number=None) for n in range(4)))

    assert run.none()
    assert run.not_testable == {"machine_no": 8}


WARD = many(dialysis(person="W1", at_place="H1", day=d) for d in WEEK)
"""The hospital dialyses its own."""


def test_billed_at_the_centre_while_in_a_ward_that_dialyses_itself() -> None:
    paper = [dialysis(person="ANN", day=d) for d in (2, 4)]

    finding = fire(INSIDE, WARD, stay("S1", person="ANN"), *paper).only()

    assert finding.amount_fen == 80_000
    assert finding.facts["days"] == 2


def test_the_days_of_admission_and_discharge_are_free() -> None:
    assert fire(INSIDE, WARD, stay("S1", person="ANN"), dialysis(person="ANN", day=0), dialysis(person="ANN", day=10)).none()


def test_a_ward_without_machines_sends_its_patients_out() -> None:
    assert fire(INSIDE, stay("S1", person="ANN"), *(dialysis(person="ANN", day=d) for d in (2, 4))).none()


def test_a_face_at_the_centre_proves_the_session() -> None:
    assert fire(
        INSIDE, WARD, stay("S1", person="ANN"), *(dialysis(person="ANN", day=d) + faces(person="ANN", day=d) for d in (2, 4))
    ).none()


def test_leave_with_an_order_allows_the_trip() -> None:
    leave = row("drord_d", drord_no="1", mdtrt_id="S1", drord_type="请假", begntime="2025-07-09 00:00:00", stoptime="2025-07-11 23:00:00")

    assert fire(INSIDE, WARD, leave, stay("S1", person="ANN"), *(dialysis(person="ANN", day=d) for d in (2, 4))).none()


def test_two_centres_on_one_day_cite_the_one_without_faces() -> None:
    double = many(dialysis(person="ANN", at_place="D2", day=d) for d in (0, 2))

    assert fire(INSIDE, treated("ANN", (0, 2)), double).only().subject[1] == "ANN at D2"


def flat(who: str, sessions: int, *, loss: float = 0.0) -> Fact:
    return many(dialysis(person=who, day=2 * d) + session(person=who, day=2 * d, loss=loss) for d in range(sessions))


SCALES = many(treated(f"H{n}", tuple(range(0, 24, 2))) for n in range(3))


def test_ten_sessions_without_loss_of_weight_are_cited() -> None:
    finding = fire(WEIGHT, SCALES, flat("ANN", 10)).only()

    assert finding.amount_fen == 400_000
    assert finding.facts["sessions_without_loss"] == 10


def test_nine_sessions_are_too_few_and_300_grams_are_a_loss() -> None:
    assert fire(WEIGHT, SCALES, flat("ANN", 9)).none()
    assert fire(WEIGHT, SCALES, flat("ANN", 10, loss=0.3)).none()


def test_a_scale_that_shows_nothing_for_anybody_is_broken() -> None:
    assert fire(WEIGHT, flat("ANN", 10), flat("BOB", 10), flat("CAT", 10)).none()


def test_a_pair_of_faces_vouches_for_the_session() -> None:
    assert fire(WEIGHT, SCALES, flat("ANN", 10), many(faces(person="ANN", day=2 * d) for d in range(10))).none()


def standing_still(*on: int, who: str = "ANN") -> Fact:
    """A patient seen at thirty sessions, who loses two litres at each but those."""
    return many(
        dialysis(person=who, day=2 * d) + session(person=who, day=2 * d, loss=0.0 if d in on else 2.0) + faces(person=who, day=2 * d)
        for d in range(30)
    )


def test_a_scale_that_stands_still_for_one_who_loses_litres_is_no_weighing() -> None:
    finding = fire(WEIGHT, SCALES, standing_still(1, 4, 9, 16, 25)).only()

    assert finding.amount_fen == 5 * 40_000


def test_three_of_five_patients_for_whom_it_stands_still_are_no_custom_and_five_of_five_are_a_careless_form() -> None:
    still = (1, 4, 7, 10, 13, 16, 19, 22)
    some = many(standing_still(*still, who=who) for who in ("ANN", "BEA", "CAT"))
    others = ("DAN", "EVE")

    finding = fire(WEIGHT, some, many(standing_still(who=who) for who in others)).only()
    assert finding.subject == ("institution", "D1")  # who weighs and writes, not who is weighed
    assert (finding.facts["patients"], finding.facts["sessions_without_loss"]) == (3, 24)
    assert fire(WEIGHT, some, many(standing_still(*still, who=who) for who in others)).none()


def test_four_dry_days_are_fasts_and_fevers() -> None:
    assert fire(WEIGHT, SCALES, standing_still(1, 4, 9, 16)).none()


def pictures(*on: int, kinds: tuple[str, str] = ("dialysis_in", "dialysis_out"), same: bool = True, who: str = "ANN") -> Fact:
    return many(
        dialysis(person=who, day=d)
        + check(None, person=who, at_place="D1", when=days(d, 8), kind=kinds[0], image=f"{who}{d}")
        + check(None, person=who, at_place="D1", when=days(d, 12), kind=kinds[1], image=f"{who}{d}" if same else f"{who}{d}b")
        for d in on
    )


def test_one_picture_for_coming_and_going_on_three_days_cites_the_sessions() -> None:
    finding = fire(PICTURE, pictures(1, 3, 5)).only()

    assert finding.amount_fen == 120_000
    assert finding.facts["days"] == 3
    assert len(finding.cites("face_check")) == 3


def test_two_days_a_clerk_helped_himself() -> None:
    assert fire(PICTURE, pictures(1, 3)).none()


def test_two_pictures_are_two_pictures_and_one_sent_twice_is_a_retry() -> None:
    assert fire(PICTURE, pictures(1, 3, 5, same=False)).none()
    assert fire(PICTURE, pictures(1, 3, 5, kinds=("dialysis_in", "dialysis_in"))).none()


def test_a_check_without_a_picture_is_not_testable() -> None:
    assert fire(PICTURE, treated("ANN", (1, 3, 5))).not_testable == {"image_sha256": 6}


def test_a_replayed_picture_shows_nobody() -> None:
    old = many(
        dialysis(person="ANN", day=d)
        + session(person="ANN", day=d)
        + check(None, person="ANN", at_place="D1", when=days(d, 8), kind="dialysis_in", image="OLD")
        for d in MONTH
    )

    assert fire(UNSEEN, HONEST, old).only().facts["sessions_unseen"] == len(MONTH) - 1


def test_unknown_weight_is_not_testable() -> None:
    run = fire(WEIGHT, SCALES, flat("ANN", 10, loss=None))  # type: ignore[arg-type]

    assert run.none()
    assert run.not_testable == {"weight_after_kg": 10, "weight_before_kg": 10}
