"""Sent on by order, or known to the register too late: the innocent story and the guilty one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from graph.home import Home
from tests.app.leads.findings import box, line, stay
from tests.kg.benign.stories import said, told

LEFT = datetime(2025, 7, 10, 10)
CITED = [stay("M1"), stay("M2", at="H2")]


def stays(after: timedelta, *, way: str | None = "2", refl: str | None = None, second_at: str = "H2") -> list[dict[str, object]]:
    about = {"psn_no": "P1", "vali_flag": "1"}
    first = {"mdtrt_id": "M1", "fixmedins_code": "H1", "begntime": LEFT - timedelta(days=5), "endtime": LEFT, "dscg_way": way}
    then = LEFT + after
    second = {"mdtrt_id": "M2", "fixmedins_code": second_at, "begntime": then, "endtime": then + timedelta(days=5), "dscg_way": way and "1"}
    return [{**about, **first}, {**about, **second, "refl_old_mdtrt_id": refl}]


def test_sent_on_by_order_and_received_within_a_day_is_a_transfer(home: Home) -> None:
    verdict, detail = said(home, "transfer_or_referral", CITED, {"mdtrt_d": stays(timedelta(hours=24))})

    assert verdict == "not_excluded"
    assert detail == "2 次就诊或追溯码可核对，2 次有他院转出后 24 小时内转入、转诊前就诊或他处调拨出库记录"
    assert told(home, "transfer_or_referral", CITED, {"mdtrt_d": stays(timedelta(hours=25))}) == "excluded"


def test_discharged_home_and_admitted_elsewhere_is_no_transfer_unless_the_visit_names_the_earlier_one(home: Home) -> None:
    assert told(home, "transfer_or_referral", CITED, {"mdtrt_d": stays(timedelta(hours=2), way="1")}) == "excluded"
    assert told(home, "transfer_or_referral", CITED, {"mdtrt_d": stays(timedelta(days=3), way="1", refl="M1")}) == "not_excluded"


def test_a_house_cannot_send_patients_to_its_sister(home: Home) -> None:
    sisters = [{"fixmedins_code": code, "owner_group": "G"} for code in ("H1", "H2")]

    assert told(home, "transfer_or_referral", CITED, {"mdtrt_d": stays(timedelta(hours=2)), "fixmedins_b": sisters}) == "excluded"


def test_visits_without_a_way_of_discharge_are_no_data(home: Home) -> None:
    assert told(home, "transfer_or_referral", CITED, {"mdtrt_d": stays(timedelta(hours=2), way=None)}) == "no_data"


def moved(code: str, day: int, *, giver: str = "S2", kind: str = "102") -> dict[str, object]:
    about = {"fixmedins_code": giver, "med_list_codg": "X", "cnt": 1, "inv_chg_type": kind}
    return {**about, "inv_chg_time": datetime(2025, 7, day), "drug_trac_codg": code}


def test_a_box_that_another_shop_gave_away_came_by_transfer(home: Home) -> None:
    sold = [box("T1", day=date(2025, 7, 5))]

    def verdict(movement: dict[str, object]) -> str:
        return told(home, "transfer_or_referral", sold, {"invchg_3502": [movement]}, pattern="reflux_drug")

    assert verdict(moved("T1", 5)) == "not_excluded"
    assert verdict(moved("T1", 6)) == "excluded"
    assert verdict(moved("T1", 4, giver="S1")) == "excluded"
    assert verdict(moved("T9", 4)) == "excluded"
    assert told(home, "transfer_or_referral", sold, {"fee_list_d": []}, pattern="reflux_drug") == "no_data"


DAY = date(2025, 3, 1)
LONG_AFTER = {"mdtrt_id": "Z", "psn_no": "Z", "fixmedins_code": "H9", "vali_flag": "1", "begntime": datetime(2025, 12, 1)}


def entry(since: date, *, beds: int) -> dict[str, object]:
    return {"fixmedins_code": "H1", "begndate": since, "status_from": since, "aprv_bed_cnt": beds, "hosp_lv": "05"}


def changes(after: int, *, beds: int = 120) -> dict[str, list[dict[str, object]]]:
    return {"fixmedins_b": [entry(date(2020, 1, 1), beds=100), entry(DAY + timedelta(days=after), beds=beds)], "mdtrt_d": [LONG_AFTER]}


def test_more_beds_entered_within_ninety_days_may_have_stood_there_before(home: Home) -> None:
    assert told(home, "register_outdated", [stay("M1", day=DAY)], changes(90)) == "not_excluded"
    assert told(home, "register_outdated", [stay("M1", day=DAY)], changes(91)) == "excluded"
    assert told(home, "register_outdated", [stay("M1", day=DAY)], changes(30, beds=80)) == "excluded"


def test_a_doctor_entered_after_the_act_may_have_worked_there_and_one_known_before_did(home: Home) -> None:
    doctor = {"stff_code": "D1", "fixmedins_code": "H1", "begndate": DAY + timedelta(days=10)}
    book = {"fixmedins_b": [entry(date(2020, 1, 1), beds=1)], "mdtrt_d": [LONG_AFTER]}
    rows = [line("M1", day=DAY, doctor="D1")]

    assert told(home, "register_outdated", rows, {**book, "medstff_b": [doctor]}) == "not_excluded"
    assert told(home, "register_outdated", rows, {**book, "medstff_b": [doctor, {**doctor, "begndate": date(2020, 1, 1)}]}) == "excluded"


def test_while_the_ninety_days_run_nothing_is_ruled_out(home: Home) -> None:
    soon_after = {**LONG_AFTER, "begntime": datetime(2025, 4, 1)}
    quiet = {"fixmedins_b": [entry(date(2020, 1, 1), beds=1)]}

    assert told(home, "register_outdated", [stay("M1", day=DAY)], {**quiet, "mdtrt_d": [soon_after]}) == "no_data"
    assert told(home, "register_outdated", [stay("M1", day=DAY)], {**quiet, "mdtrt_d": [LONG_AFTER]}) == "excluded"


def test_a_register_without_dates_or_of_card_holders_tells_nothing(home: Home) -> None:
    assert told(home, "register_outdated", [stay("M1", day=DAY)], {"mdtrt_d": [LONG_AFTER]}) == "no_data"
    assert told(home, "register_outdated", [line("M1", day=DAY)], changes(10), pattern="card_collecting") == "no_data"
