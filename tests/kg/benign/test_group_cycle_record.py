"""A group with a reason, treatment in cycles, a service on record: the innocent story and the guilty one."""

from __future__ import annotations

from datetime import datetime, timedelta

from graph.home import Home
from tests.app.leads.findings import Row, line
from tests.kg.benign.stories import said, told

Rows = list[dict[str, object]]
START = datetime(2025, 6, 2)  # a Monday


def visit(mdtrt: str, psn: str, day: datetime, *, at: str = "H1", dx: str | None = "J06.9", days: int = 1) -> dict[str, object]:
    about = {"mdtrt_id": mdtrt, "psn_no": psn, "fixmedins_code": at, "vali_flag": "1", "dscg_maindiag_code": dx}
    return {**about, "begntime": day, "endtime": day + timedelta(days=days)}


def season(*waves: str, extra: int = 8) -> Rows:
    """Ten weeks of one visit a week with the same disease at two hospitals; those in `waves` have `extra` more in week 5."""
    usual = [visit(f"{at}w{w}", f"{at}w{w}", START + timedelta(weeks=w), at=at) for at in ("H1", "H2") for w in range(10)]
    return usual + [visit(f"{at}x{n}", f"{at}x{n}", START + timedelta(weeks=5), at=at) for at in waves for n in range(extra)]


GROUP = [line(f"H1x{n}", psn=f"H1x{n}") for n in range(8)]


def test_an_outbreak_at_two_hospitals_is_a_reason(home: Home) -> None:
    verdict, detail = said(home, "group_with_reason", GROUP, {"mdtrt_d": season("H1", "H2")})

    assert verdict == "not_excluded"
    assert detail.startswith("8 次就诊中，8 次处于两家以上机构同期的同类疾病高峰")


def test_a_wave_at_one_hospital_alone_is_none(home: Home) -> None:
    assert told(home, "group_with_reason", GROUP, {"mdtrt_d": season("H1")}) == "excluded"


def test_five_visits_in_a_week_are_a_wave_and_four_are_not(home: Home) -> None:
    assert told(home, "group_with_reason", GROUP[:4], {"mdtrt_d": season("H1", "H2", extra=4)}) == "not_excluded"
    assert told(home, "group_with_reason", GROUP[:3], {"mdtrt_d": season("H1", "H2", extra=3)}) == "excluded"


def test_a_day_of_the_calendar_is_a_reason(home: Home) -> None:
    holiday = {"date_from": START.date(), "date_to": START.date() + timedelta(days=60), "kind": "holiday"}

    assert told(home, "group_with_reason", GROUP, {"mdtrt_d": season("H1"), "calendar": [holiday]}) == "not_excluded"


def test_real_tests_differ_and_copied_ones_do_not(home: Home) -> None:
    def tests(*values: str) -> Rows:
        return [{"rpot_id": f"R{n}", "mdtrt_id": f"H1x{n}", "item_name": "白细胞", "value": v} for n, v in enumerate(values)]

    differing, copied = tests(*(str(n) for n in range(8))), tests(*["5.1"] * 8)

    assert told(home, "group_with_reason", GROUP, {"mdtrt_d": season("H1"), "test_rpot": differing}) == "not_excluded"
    assert told(home, "group_with_reason", GROUP, {"mdtrt_d": season("H1"), "test_rpot": copied}) == "excluded"


def test_visits_without_diagnosis_and_no_calendar_are_no_data(home: Home) -> None:
    assert told(home, "group_with_reason", [line("M1")], {"mdtrt_d": [visit("M1", "P1", START, dx=None)]}) == "no_data"


def course(*gaps: int, dx: str | None = "C34.9") -> Rows:
    days = [START + timedelta(days=sum(gaps[:n])) for n in range(len(gaps) + 1)]
    return [visit(f"M{n}", "P1", day, dx=dx) for n, day in enumerate(days)]


def test_three_equal_intervals_are_a_cycle_and_uneven_ones_are_not(home: Home) -> None:
    assert told(home, "planned_cycle", [line("M0")], {"mdtrt_d": course(21, 21, 22)}) == "not_excluded"
    assert told(home, "planned_cycle", [line("M0")], {"mdtrt_d": course(21, 21)}) == "excluded"
    assert told(home, "planned_cycle", [line("M0")], {"mdtrt_d": course(10, 30, 17)}) == "excluded"


def test_chemotherapy_is_a_cycle_by_its_diagnosis(home: Home) -> None:
    assert told(home, "planned_cycle", [line("M0")], {"mdtrt_d": course(dx="Z51.1")}) == "not_excluded"


def test_no_diagnosis_is_no_data(home: Home) -> None:
    assert told(home, "planned_cycle", [line("M0")], {"mdtrt_d": course(21, 21, 21, dx=None)}) == "no_data"


def note(mdtrt: str, day: datetime) -> dict[str, object]:
    return {"note_id": f"N{mdtrt}", "mdtrt_id": mdtrt, "note_time": day}


def visits(count: int) -> tuple[list[Row], Rows]:
    return [line(f"M{n}", psn=f"P{n}") for n in range(count)], [visit(f"M{n}", f"P{n}", START, days=5) for n in range(count)]


def test_records_of_their_time_stand_against_the_finding(home: Home) -> None:
    rows, stays = visits(5)
    notes = [note(f"M{n}", START + timedelta(days=2)) for n in range(4)]

    assert told(home, "real_with_record", rows, {"mdtrt_d": stays, "clinical_note": notes}) == "not_excluded"
    assert told(home, "real_with_record", rows, {"mdtrt_d": stays, "clinical_note": notes[:3]}) == "excluded"


def test_a_record_made_later_does_not_count_and_is_said(home: Home) -> None:
    rows, stays = visits(1)
    in_time, late = note("M0", START + timedelta(days=8)), note("M0", START + timedelta(days=9))

    assert told(home, "real_with_record", rows, {"mdtrt_d": stays, "clinical_note": [in_time]}) == "not_excluded"
    assert said(home, "real_with_record", rows, {"mdtrt_d": stays, "clinical_note": [late]}) == (
        "excluded",
        "1 次就诊中，0 次有当时形成的病历、报告、医嘱或体温记录，1 次的记录晚于离院 3 日后形成",
    )


def test_an_institution_that_delivers_no_records_is_no_data(home: Home) -> None:
    rows, stays = visits(1)
    elsewhere = visit("Z", "Z", START, at="H9")

    assert told(home, "real_with_record", rows, {"mdtrt_d": [*stays, elsewhere], "clinical_note": [note("Z", START)]}) == "no_data"
