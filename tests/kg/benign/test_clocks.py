"""When it happened, or when somebody wrote it down? The innocent story and the guilty one."""

from __future__ import annotations

from datetime import datetime, timedelta

from graph.home import Home
from tests.app.leads.findings import Row, line
from tests.kg.benign.stories import said, told

Rows = list[dict[str, object]]
NOON = datetime(2025, 7, 1, 12)


def bill(visit: str, at: datetime, sn: int = 1, *, entered: datetime | None = None) -> dict[str, object]:
    return {"mdtrt_id": visit, "bkkp_sn": str(sn), "fixmedins_code": "H1", "fee_ocur_time": at, "crte_time": entered}


def house(midnight: int, *, of: int = 20) -> dict[str, Rows]:
    """Other patients' lines, `midnight` of which bear no hour."""
    return {"fee_list_d": [bill(f"V{n}", NOON.replace(hour=0) if n < midnight else NOON + timedelta(minutes=n)) for n in range(of)]}


def test_a_house_whose_lines_bear_no_hour_has_no_clock(home: Home) -> None:
    assert said(home, "bulk_or_late_posting", [line("M1")], house(15)) == (
        "not_excluded",
        "1 个机构的时间可核对，其他记录 70% 以上为零点、整次住院同一时点或固定滞后的有 1 个",
    )
    assert told(home, "bulk_or_late_posting", [line("M1")], house(14)) == "excluded"


def test_nineteen_lines_show_no_habit_and_the_cited_ones_do_not_count(home: Home) -> None:
    assert told(home, "bulk_or_late_posting", [line("M1")], house(19, of=19)) == "no_data"
    assert told(home, "bulk_or_late_posting", [line("V0")], house(20)) == "no_data"


def test_a_stay_posted_at_one_moment_tells_no_days(home: Home) -> None:
    stays: Rows = [
        {"mdtrt_id": f"V{n}", "psn_no": f"Q{n}", "fixmedins_code": "H1", "begntime": NOON, "endtime": NOON + timedelta(days=4)}
        for n in range(4)
    ]
    at_once = [bill(f"V{n}", NOON + timedelta(days=4, minutes=n), sn) for n in range(4) for sn in range(5)]
    by_day = [bill(f"V{n}", NOON + timedelta(days=sn), sn) for n in range(4) for sn in range(5)]

    assert told(home, "bulk_or_late_posting", [line("M1")], {"mdtrt_d": stays, "fee_list_d": at_once}) == "not_excluded"
    assert told(home, "bulk_or_late_posting", [line("M1")], {"mdtrt_d": stays, "fee_list_d": by_day}) == "excluded"


def test_lines_entered_a_constant_day_later_are_late_and_scattered_ones_are_not(home: Home) -> None:
    same = [bill(f"V{n}", NOON + timedelta(minutes=n), entered=NOON + timedelta(days=1)) for n in range(20)]
    scattered = [bill(f"V{n}", NOON + timedelta(minutes=n), entered=NOON + timedelta(days=n % 5)) for n in range(20)]

    assert told(home, "bulk_or_late_posting", [line("M1")], {"fee_list_d": same}) == "not_excluded"
    assert told(home, "bulk_or_late_posting", [line("M1")], {"fee_list_d": scattered}) == "excluded"


def test_a_till_is_judged_by_its_settlements(home: Home) -> None:
    def till(hour: int) -> dict[str, Rows]:
        about = {"psn_no": "Q", "fixmedins_code": "H1", "setl_time": datetime(2025, 7, 1, hour)}
        return {**house(20), "setl_d": [{**about, "setl_id": f"T{n}"} for n in range(20)]}

    paid = [Row("setl_d", {"setl_id": "S1"}, psn="P1", at="H1", visit="M1", setl="S1")]

    assert told(home, "bulk_or_late_posting", paid, till(0)) == "not_excluded"
    assert told(home, "bulk_or_late_posting", paid, till(9)) == "excluded"


def shop(minutes: int, *, of: int = 20, day: int = 1) -> dict[str, Rows]:
    """Other persons' purchases at the shop: paid at noon, taken from the shelf `minutes` earlier by the shelf's clock."""
    about = {"fixmedins_code": "H1", "psn_no": "Q"}
    at = NOON.replace(day=day)
    shelf = [{"fixmedins_code": "H1", "setl_id": f"T{n}", "sel_retn_time": at - timedelta(minutes=minutes)} for n in range(of)]
    return {"setl_d": [{**about, "setl_id": f"T{n}", "setl_time": at} for n in range(of)], "selinfo_3505": shelf}


def test_a_shelf_whose_clock_is_off_by_more_than_ten_minutes(home: Home) -> None:
    assert said(home, "clock_offset", [line("M1")], shop(11)) == (
        "not_excluded",
        "1 个机构月可核对，两个系统时间差中位数超过 10 分钟的有 1 个",
    )
    assert told(home, "clock_offset", [line("M1")], shop(10)) == "excluded"


def test_too_few_events_other_months_and_the_accuseds_own_say_nothing_of_a_clock(home: Home) -> None:
    assert told(home, "clock_offset", [line("M1")], shop(60, of=19)) == "no_data"
    assert told(home, "clock_offset", [line("M1", day=datetime(2025, 9, 1).date())], shop(60)) == "no_data"
    assert told(home, "clock_offset", [line("M1", psn="Q")], shop(60)) == "no_data"


def centre(minutes: int) -> dict[str, Rows]:
    """Others' sessions, begun `minutes` after the camera saw them."""
    looks = [{"check_id": f"C{n}", "psn_no": f"Q{n}", "fixmedins_code": "H1", "check_time": NOON} for n in range(20)]
    start = NOON + timedelta(minutes=minutes)
    about = {"fixmedins_code": "H1", "begntime": start}
    return {
        "face_check": looks,
        "dialysis_session": [{**about, "session_id": f"S{n}", "psn_no": f"Q{n}", "check_in_id": f"C{n}"} for n in range(20)],
    }


def test_a_camera_and_a_dialysis_machine_tell_each_other_the_time(home: Home) -> None:
    assert told(home, "clock_offset", [line("M1")], centre(71)) == "not_excluded"
    assert told(home, "clock_offset", [line("M1")], centre(-11)) == "not_excluded"


def test_an_hours_wait_behind_the_door_is_no_clock(home: Home) -> None:
    assert told(home, "clock_offset", [line("M1")], centre(70)) == "excluded"
