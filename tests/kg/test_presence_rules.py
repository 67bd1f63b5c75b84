"""A bed on the bill, a patient elsewhere: faces missing, replayed, failing; innocent reasons for each."""

import pytest

from tests.kg.crimes import Fact, check, days, fire, hospital, many, purchase, row, stay

MISSING, REPLAYED, SPOT = "daily_face_missing", "replayed_face_image", "spot_check_failed"


def seen(name: str, person: str, on: range, *, missed: tuple[int, ...] = (), result: str = "missed") -> Fact:
    return many(check(name, person=person, when=days(d), result=result if d in missed else "pass") for d in on)


def ward(patients: int = 4, *, out: tuple[int, ...] = ()) -> Fact:
    """Honest patients of the same days; on the days `out` the device saw none of them."""
    names = [f"HONEST{n}" for n in range(patients)]
    return many(stay(n, person=n) + seen(n, n, range(11), missed=out) for n in names)


def test_three_missing_days_in_a_row_cite_the_whole_stay() -> None:
    finding = fire(MISSING, ward(), stay("GONE", person="ANN"), seen("GONE", "ANN", range(11), missed=(3, 4, 5))).only()

    assert finding.subject == ("encounter", "GONE")
    assert finding.facts["missing_days"] == 3
    assert finding.cites("mdtrt_d") == [{"mdtrt_id": "GONE"}]
    assert len(finding.cites("fee_list_d")) == 22
    assert finding.amount_fen == 22_000


def test_two_missing_days_are_common() -> None:
    assert fire(MISSING, ward(), stay("GONE", person="ANN"), seen("GONE", "ANN", range(11), missed=(3, 4))).none()


def test_scattered_misses_fire_only_from_the_share() -> None:
    three, four = (1, 4, 7), (1, 3, 5, 7)

    assert fire(MISSING, ward(), stay("GONE", person="ANN"), seen("GONE", "ANN", range(11), missed=three)).none()  # 3 of 9 full days
    assert fire(MISSING, ward(), stay("GONE", person="ANN"), seen("GONE", "ANN", range(11), missed=four)).only()  # 4 of 9


def test_three_lonely_misses_of_a_short_stay_are_the_device() -> None:
    short = stay("GONE", person="ANN", last=7) + seen("GONE", "ANN", range(8), missed=(1, 3, 5))  # 3 of 6 full days

    assert fire(MISSING, ward(), short).none()


def test_a_check_that_was_never_asked_for_was_not_missed() -> None:
    assert fire(MISSING, ward(), stay("GONE", person="ANN"), seen("GONE", "ANN", range(3))).none()


def test_a_device_out_of_order_accuses_nobody() -> None:
    assert fire(MISSING, ward(out=(3, 4, 5)), stay("GONE", person="ANN"), seen("GONE", "ANN", range(11), missed=(3, 4, 5))).none()


def test_leave_with_an_order_is_no_absence() -> None:
    leave = row(
        "drord_d", drord_no="O1", mdtrt_id="GONE", drord_type="请假", begntime="2025-07-10 08:00:00", stoptime="2025-07-12 20:00:00"
    )

    assert fire(MISSING, ward(), leave, stay("GONE", person="ANN"), seen("GONE", "ANN", range(11), missed=(3, 4, 5))).none()


def test_an_operation_proves_the_day() -> None:
    operated = row("setl_list_oprn_d", setl_list_oprn_id="O1", mdtrt_id="GONE", psn_no="ANN", oprn_oprt_begntime="2025-07-11 09:00:00")

    assert fire(MISSING, ward(), operated, stay("GONE", person="ANN"), seen("GONE", "ANN", range(11), missed=(3, 4, 5))).none()


def test_a_newborn_shows_no_face() -> None:
    assert fire(MISSING, ward(), stay("BABY", person="BABE", newborn=True), check("BABY", person="BABE", kind="admission")).none()


def test_a_patient_never_enrolled_is_not_missed() -> None:
    assert fire(MISSING, ward(), stay("GONE", person="ANN")).none()


def test_a_hospital_that_seldom_asks_is_not_judged() -> None:
    idle = many(stay(f"IDLE{n}", person=f"IDLE{n}") for n in range(10))

    assert fire(MISSING, ward(2), idle, stay("GONE", person="ANN"), seen("GONE", "ANN", range(11), missed=(3, 4, 5))).none()


def test_a_patient_still_in_is_not_testable() -> None:
    run = fire(MISSING, ward(), stay("GONE", person="ANN", last=None), seen("GONE", "ANN", range(11), missed=(3, 4, 5)))

    assert run.none()
    assert run.not_testable["ends_at"] == 1


def shown(day: float, image: str | None, *, stay_name: str = "S1", person: str = "ANN") -> Fact:
    return check(stay_name, person=person, when=days(day), image=image)


def test_the_same_picture_on_two_days_is_proof() -> None:
    again = shown(2, "aa")

    finding = fire(REPLAYED, stay("S1", person="ANN"), shown(1, "aa"), again).only()

    assert finding.subject == ("encounter", "S1")
    assert finding.cites("face_check") == [again.key]  # the first showing was a living face
    assert finding.amount_fen == 22_000


def test_the_same_picture_for_two_persons_is_proof_for_both_stays() -> None:
    run = fire(REPLAYED, stay("S1", person="ANN"), stay("S2", person="BOB"), shown(1, "aa"), shown(1, "aa", stay_name="S2", person="BOB"))

    assert run.subjects == {"S1", "S2"}


def test_an_upload_repeated_the_same_day_is_a_retry() -> None:
    assert fire(REPLAYED, stay("S1", person="ANN"), shown(1, "aa"), shown(1.2, "aa")).none()


def test_a_check_without_a_picture_is_not_testable() -> None:
    run = fire(REPLAYED, stay("S1", person="ANN"), shown(1, None), shown(2, None))

    assert run.none()
    assert run.not_testable == {"image_sha256": 2}


def spot(day: int, result: str = "missed", *, name: str = "S1", person: str = "ANN", hour: float = 20, **more: object) -> Fact:
    return check(name, person=person, when=days(day, hour), kind="spot_check", result=result, **more)  # type: ignore[arg-type]


HONEST = many(stay(f"H{n}", person=f"H{n}") + spot(n, "pass", name=f"H{n}", person=f"H{n}") for n in range(1, 9))


@pytest.mark.parametrize("result", ["missed", "fail"])
def test_two_days_without_the_patient_fire(result: str) -> None:
    finding = fire(SPOT, hospital("H1"), HONEST, stay("S1", person="ANN"), spot(2, result), spot(4, result)).only()

    assert finding.subject == ("encounter", "S1")
    assert len(finding.cites("face_check")) == 2


def test_one_failed_check_is_an_errand() -> None:
    assert fire(SPOT, hospital("H1"), HONEST, stay("S1", person="ANN"), spot(2), spot(2, hour=21)).none()


def test_seen_in_the_morning_and_missed_in_the_evening_takes_three_evenings() -> None:
    mornings = many(check("S1", person="ANN", when=days(d, 8)) for d in range(11))

    assert fire(SPOT, hospital("H1"), HONEST, stay("S1", person="ANN"), mornings, spot(2), spot(4)).none()
    assert fire(SPOT, hospital("H1"), HONEST, stay("S1", person="ANN"), mornings, spot(2), spot(4), spot(6)).only()


def test_far_away_counts_even_when_the_face_passes() -> None:
    away = {"result": "pass", "place": (120.05, 30.0)}  # some five kilometres east

    assert fire(SPOT, hospital("H1"), HONEST, stay("S1", person="ANN"), spot(2, **away), spot(4, **away)).only()  # type: ignore[arg-type]
    near = {"result": "pass", "place": (120.002, 30.0)}  # some two hundred metres
    assert fire(SPOT, hospital("H1"), HONEST, stay("S1", person="ANN"), spot(2, **near), spot(4, **near)).none()  # type: ignore[arg-type]


@pytest.mark.parametrize(("others", "hits"), [(8, 1), (9, 0)])
def test_where_ten_patients_are_met_the_house_has_a_second_site(others: int, hits: int) -> None:
    def met(n: int, *on: int) -> Fact:
        checks = (spot(d, "pass", name=f"T{n}", person=f"T{n}", place=(120.05, 30.0)) for d in on)
        return stay(f"T{n}", person=f"T{n}") + many(checks)

    there = many(met(n, 3) for n in range(1, others + 1))

    assert len(fire(SPOT, hospital("H1"), HONEST, there, met(0, 2, 4)).findings) == hits


def test_a_second_look_within_half_an_hour_answers() -> None:
    answered = many(spot(d) + spot(d, "pass", hour=20.5) for d in (2, 4, 6))
    late = many(spot(d) + spot(d, "pass", hour=20.51) for d in (2, 4, 6))

    assert fire(SPOT, hospital("H1"), HONEST, stay("S1", person="ANN"), answered).none()
    assert fire(SPOT, hospital("H1"), HONEST, stay("S1", person="ANN"), late).only()


def test_a_device_that_fails_for_all_accuses_nobody() -> None:
    failing = many(stay(f"F{n}", person=f"F{n}") + spot(n, "missed", name=f"F{n}", person=f"F{n}") for n in range(1, 9))

    assert fire(SPOT, hospital("H1"), HONEST, failing, stay("S1", person="ANN"), spot(2), spot(4)).none()


def test_unknown_result_is_not_testable() -> None:
    run = fire(SPOT, HONEST, stay("S1", person="ANN"), spot(2, None), spot(4, None))  # type: ignore[arg-type]

    assert run.none()
    assert run.not_testable == {"result": 2}


ADMITTED = "admission_face_missing"


def desk(patients: int = 4, *, hour: float = 9.5) -> Fact:
    """Honest patients admitted on day 0 at nine, their faces taken at the desk."""
    names = [f"D{hour}-{n}" for n in range(patients)]
    return many(stay(n, person=n) + check(n, person=n, kind="admission", when=days(0, hour)) for n in names)


def idle(name: str = "CARD", *, treated: range = range(8), **more: object) -> Fact:
    """A stay of ten nights; after the `treated` days nothing is done."""
    return stay(name, person="ANN", treated=treated, **more)  # type: ignore[arg-type]


def test_a_card_admitted_without_its_person_cites_the_whole_stay() -> None:
    finding = fire(ADMITTED, desk(), idle()).only()

    assert finding.subject == ("encounter", "CARD")
    assert finding.facts["blank_days"] == 2
    assert finding.amount_fen == 19_000


def test_no_face_alone_is_no_sign() -> None:
    assert fire(ADMITTED, desk(), idle(treated=range(9))).none()  # one day without treatment


def test_the_card_used_elsewhere_is_the_second_sign() -> None:
    assert fire(ADMITTED, desk(), idle(treated=range(11)), purchase(person="ANN", when=days(4))).only()


def test_a_face_seen_later_or_an_operation_proves_the_patient() -> None:
    operated = row("setl_list_oprn_d", setl_list_oprn_id="O1", mdtrt_id="CARD", psn_no="ANN", oprn_oprt_begntime="2025-07-11 09:00:00")

    assert fire(ADMITTED, desk(), idle(), check("CARD", person="ANN", when=days(4))).none()
    assert fire(ADMITTED, desk(), idle(), operated).none()


@pytest.mark.parametrize(("hour", "hits"), [(33, 1), (33.01, 0)])
def test_a_desk_that_takes_its_faces_a_day_late_is_no_feed(hour: float, hits: int) -> None:
    assert len(fire(ADMITTED, desk(hour=hour), desk(1), idle()).findings) == hits


def test_a_desk_without_a_camera_that_day_accuses_nobody() -> None:
    assert fire(ADMITTED, desk(), idle(first=1, treated=range(1, 8))).none()


def test_a_desk_that_takes_few_faces_is_not_judged() -> None:
    assert fire(ADMITTED, desk(2), idle(), stay("X", person="X")).none()


def test_newborns_and_short_stays_show_no_face() -> None:
    assert fire(ADMITTED, desk(), idle(newborn=True)).none()
    assert fire(ADMITTED, desk(), idle(last=2, treated=range(1))).none()


def test_an_unknown_end_says_nothing_about_the_face() -> None:
    run = fire(ADMITTED, desk(), idle(last=None))

    assert run.none()
    assert run.not_testable["ends_at"] == 1
