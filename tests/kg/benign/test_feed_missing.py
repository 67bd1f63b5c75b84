"""Was it the person, or the device?"""

from __future__ import annotations

from datetime import date, datetime

from graph.home import Home
from tests.app.leads.findings import Row, line, stay
from tests.kg.benign.stories import CLOSED, said, told

CHECK = "feed_missing"
NIGHT = date(2025, 7, 5)


def ward(others: int, *, checked: int) -> dict[str, list[dict[str, object]]]:
    """The accused P1 and `others` in one ward around NIGHT; the check saw `checked` of the others."""
    stays = [
        {"mdtrt_id": f"M{n}", "psn_no": f"P{n}", "fixmedins_code": "H1", "begntime": datetime(2025, 7, 1), "endtime": datetime(2025, 7, 10)}
        for n in range(1, others + 2)
    ]
    checks = [
        {"check_id": f"C{n}", "psn_no": f"P{n}", "fixmedins_code": "H1", "check_time": datetime(2025, 7, 5, 20), "check_kind": "daily_ward"}
        for n in range(2, checked + 2)
    ]
    return {"mdtrt_d": stays, "face_check": checks}


NIGHTS = [stay("M1", day=NIGHT)]


def test_a_device_that_saw_nobody_is_a_broken_device(home: Home) -> None:
    assert told(home, CHECK, NIGHTS, ward(10, checked=0)) == CLOSED


def test_a_device_that_saw_the_others_works(home: Home) -> None:
    verdict, detail = said(home, CHECK, NIGHTS, ward(10, checked=10))

    assert verdict == "excluded"
    assert detail == "1 日可比对，同设备或同机构其他记录同类数据缺失率超过 30% 的有 0 日"


def test_exactly_thirty_per_cent_missing_is_still_a_working_device(home: Home) -> None:
    assert told(home, CHECK, NIGHTS, ward(10, checked=7)) == "excluded"
    assert told(home, CHECK, NIGHTS, ward(10, checked=6)) == CLOSED


def test_four_others_say_nothing_about_a_device(home: Home) -> None:
    assert told(home, CHECK, NIGHTS, ward(4, checked=0)) == "no_data"


def test_the_accused_do_not_testify_about_the_device(home: Home) -> None:
    """Six phantom patients without a check are no proof that the device was broken."""
    everyone = [stay(f"M{n}", psn=f"P{n}", day=NIGHT) for n in range(1, 8)]

    assert told(home, CHECK, everyone, ward(6, checked=0)) == "no_data"


def test_days_on_which_the_accused_was_seen_do_not_speak_for_the_device(home: Home) -> None:
    """The bill names every day of the stay; only the one without a check is in question."""
    seen = [
        {
            "check_id": f"S{n}{day}",
            "psn_no": f"P{n}",
            "fixmedins_code": "H1",
            "check_time": datetime(2025, 7, day, 20),
            "check_kind": "daily_ward",
        }
        for n in range(1, 12)
        for day in (3, 4, 6, 7)
    ]
    book = ward(10, checked=0)
    bill = [line("M1", str(day), day=date(2025, 7, day)) for day in (3, 4, 5, 6, 7)]

    assert told(home, CHECK, bill, {**book, "face_check": seen}) == CLOSED


def test_another_ward_with_a_camera_of_its_own_is_not_compared(home: Home) -> None:
    def look(psn: str, day: int, device: str) -> dict[str, object]:
        moment = datetime(2025, 7, day, 20)
        return {"check_id": f"{psn}{day}", "psn_no": psn, "fixmedins_code": "H1", "check_time": moment, "device_id": device}

    ours = [look(f"P{n}", 4, "broken") for n in range(1, 8)]
    theirs = [look(f"P{n}", day, "working") for n in range(8, 30) for day in (4, 5)]

    assert told(home, CHECK, NIGHTS, {**ward(28, checked=0), "face_check": ours + theirs}) == CLOSED
    assert (
        told(home, CHECK, NIGHTS, {**ward(28, checked=0), "face_check": ours + [look(f"P{n}", 5, "broken") for n in range(2, 8)]})
        == "excluded"
    )


def sessions(*, with_check: int, without: int) -> dict[str, list[dict[str, object]]]:
    made = [(n, f"C{n}") for n in range(with_check)] + [(n, None) for n in range(100, 100 + without)]
    about = {"fixmedins_code": "H1", "begntime": datetime(2025, 7, 5, 8), "check_in_id": "in"}
    return {"dialysis_session": [{**about, "session_id": f"S{n}", "psn_no": f"Q{n}", "check_out_id": check} for n, check in made]}


def test_dialysis_without_check_out_on_a_day_when_all_lack_it(home: Home) -> None:
    rows = [Row("dialysis_session", {"session_id": "X"}, psn="P1", at="H1", visit="M1", day=NIGHT)]

    assert told(home, CHECK, rows, sessions(with_check=2, without=8), pattern="dialysis_fraud") == CLOSED
    assert told(home, CHECK, rows, sessions(with_check=10, without=0), pattern="dialysis_fraud") == "excluded"


def test_codes_missing_on_cash_sales_too_are_a_broken_scanner(home: Home) -> None:
    def sales(code: str | None) -> dict[str, list[dict[str, object]]]:
        cash = {"fixmedins_code": "H1", "med_list_codg": "X", "sel_retn_time": datetime(2025, 7, 5, 9), "mdtrt_setl_type": "2"}
        return {"selinfo_3505": [{**cash, "drug_trac_codg": code} for _ in range(6)]}

    assert told(home, CHECK, [line("M1", day=NIGHT)], sales(None), pattern="drug_swap") == CLOSED
    assert told(home, CHECK, [line("M1", day=NIGHT)], sales("T1"), pattern="drug_swap") == "excluded"
