"""Was it taken back?"""

from __future__ import annotations

from datetime import datetime

from graph.home import Home
from tests.app.leads.findings import Row, box, line
from tests.kg.benign.stories import CLOSED, said, told

CHECK = "refund_or_retry"
DAY = datetime(2025, 7, 1, 10)


def fee(sn: str, cnt: int, *, of: str | None = None, day: int = 1) -> dict[str, object]:
    return {
        "mdtrt_id": "M1",
        "bkkp_sn": sn,
        "cnt": cnt,
        "med_list_codg": "X",
        "pric": 5,
        "init_feedetl_sn": of,
        "fee_ocur_time": datetime(2025, 7, day),
    }


def settled(setl: str, fen: int, *, of: str | None = None, refund: str = "0", day: int = 1) -> dict[str, object]:
    about = {"setl_id": setl, "psn_no": "P1", "fixmedins_code": "H1", "medfee_sumamt": fen, "setl_time": datetime(2025, 7, day)}
    return {**about, "init_setl_id": of, "refd_setl_flag": refund}


def paid(*setl: str) -> list[Row]:
    return [Row("setl_d", {"setl_id": s}, psn="P1", at="H1", visit=f"M{s}", setl=s) for s in setl]


def test_a_line_with_its_negative_twin_is_closed_and_one_without_is_not(home: Home) -> None:
    assert told(home, CHECK, [line("M1", "1")], {"fee_list_d": [fee("1", 2), fee("2", -2, of="1")]}) == CLOSED
    assert told(home, CHECK, [line("M1", "1")], {"fee_list_d": [fee("1", 2), fee("2", -2, of="9")]}) == "excluded"


def test_a_negative_line_without_reference_takes_back_one_of_the_same_drug(home: Home) -> None:
    assert told(home, CHECK, [line("M1", "1")], {"fee_list_d": [fee("1", 2), fee("2", -2)]}) == CLOSED


def test_seven_days_are_in_time_and_eight_are_not(home: Home) -> None:
    assert told(home, CHECK, [line("M1", "1")], {"fee_list_d": [fee("1", 2), fee("2", -2, of="1", day=8)]}) == CLOSED
    assert told(home, CHECK, [line("M1", "1")], {"fee_list_d": [fee("1", 2), fee("2", -2, of="1", day=9)]}) == "excluded"


def test_a_settlement_that_was_refunded_is_closed(home: Home) -> None:
    assert told(home, CHECK, paid("A"), {"setl_d": [settled("A", 500), settled("B", -500, of="A", refund="1")]}) == CLOSED
    assert told(home, CHECK, paid("A"), {"setl_d": [settled("A", 500)]}) == "excluded"


def test_a_retry_whose_twin_was_refunded_is_a_retry(home: Home) -> None:
    """Two equal payments in a minute, the second taken back."""
    book = {"setl_d": [settled("A", 500), settled("A2", 500), settled("B", -500, refund="1")]}

    assert told(home, CHECK, paid("A", "A2"), book) == CLOSED


def test_half_taken_back_is_not_ruled_out_and_says_how_much(home: Home) -> None:
    book = {"setl_d": [settled("A", 500), settled("C", 700), settled("B", -500, of="A", refund="1")]}

    assert said(home, CHECK, paid("A", "C"), book) == ("not_excluded", "2 行依据中，1 行在 7 日内有退费、冲正或销售退货记录")


def test_a_returned_box_is_looked_for_by_its_own_code(home: Home) -> None:
    back = {"fixmedins_code": "S1", "med_list_codg": "X", "sel_retn_time": DAY, "drug_trac_codg": "T1"}

    assert told(home, CHECK, [box("T1")], {"selretn_3506": [back]}) == CLOSED
    assert told(home, CHECK, [box("T2")], {"selretn_3506": [back]}) == "excluded"


def test_evidence_without_line_settlement_or_code_is_no_data(home: Home) -> None:
    assert told(home, CHECK, [Row("face_check", {"check_id": "C"}, psn="P1", at="H1")], {}) == "no_data"
