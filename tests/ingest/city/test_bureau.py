"""The bureau's desk, other payers, accounts, rosters and registers of a city agree with its claims; tips and old cases are no oracle."""

from __future__ import annotations

from ingest.city import build, plot
from ingest.city.key import Deed


def test_the_desk_pays_what_the_fund_owed_and_two_persons_handle_it(city) -> None:
    cases = city.rows("SELECT setl_id, opter_id, setl_time, fund_pay_sumamt::DOUBLE FROM setl_d WHERE setl_type = '1'")
    inside = set(city.keys("setl_d", "setl_id", [s for s in city.schemes if s["pattern"] == "handler_collusion"]))
    assert len(cases) > 15
    logs = city.rows("SELECT object_id, action, opter_id, log_time FROM handler_log WHERE object_kind = 'setl_d'")
    by_case: dict[str, dict[str, tuple]] = {}
    for case, action, who, when in logs:
        by_case.setdefault(case, {})[action] = (who, when)
    for case, handler, when, _ in cases:
        steps = by_case[case]
        assert steps["accept"][0] == handler == steps["pay"][0]
        assert steps["review"][0] != handler or case in inside
        assert steps["accept"][1] < steps["review"][1] < steps["pay"][1] == when
    paid = sorted(float(a) for (a,) in city.rows("SELECT amount FROM bank_txn WHERE note LIKE '零星报销%'"))
    assert paid == sorted(fund for *_, fund in cases if fund > 0)


def test_cash_of_the_desk_takes_nothing_from_an_account(city) -> None:
    assert city.one("SELECT count(*) FROM setl_d WHERE setl_type = '1' AND (acct_pay::DOUBLE <> 0 OR acct_mulaid_pay::DOUBLE <> 0)") == 0


def test_an_insurer_pays_no_more_than_the_fund_left(city) -> None:
    again = ", ".join(f"'{s}'" for s in city.keys("setl_d", "setl_id", [s for s in city.schemes if s["pattern"] == "double_reimbursement"]))
    rows = city.rows(f"""
        SELECT o.amount::DOUBLE, s.medfee_sumamt::DOUBLE - s.fund_pay_sumamt::DOUBLE
        FROM other_payer AS o JOIN setl_d AS s USING (invono) WHERE o.payer_kind = 'commercial' AND s.setl_id NOT IN ({again})""")
    assert len(rows) > 5
    assert all(paid <= left + 0.01 for paid, left in rows)


def test_wages_are_near_the_bases_on_which_contributions_are_paid(city) -> None:
    ratio = city.rows("""
        SELECT p.wag::DOUBLE / i.clct_bas::DOUBLE FROM payroll AS p JOIN psn_b AS b USING (certno)
        JOIN psn_insu_d AS i ON i.psn_no = b.psn_no AND i.emp_no = p.emp_no AND i.enddate IS NULL""")
    assert len(ratio) > 500
    assert all(0.9 < r < 1.2 for (r,) in ratio)


def test_a_doctor_on_leave_bills_nothing(city) -> None:
    """On any day of leave no line carries the doctor; whoever settles for them is a colleague."""
    stray, lines = city.rows("""
        WITH away AS (SELECT * FROM duty WHERE kind <> 'duty')
        SELECT (SELECT count(*) FROM fee_list_d AS f JOIN away AS a ON a.stff_code = f.bilg_dr_code
            WHERE f.fee_ocur_time >= a.begntime AND f.fee_ocur_time < a.endtime),
            (SELECT count(*) FROM fee_list_d WHERE bilg_dr_code IN (SELECT stff_code FROM away))""")[0]
    assert lines > 1000
    assert stray < 0.01 * lines


def test_nobody_is_treated_while_abroad(city) -> None:
    met = city.rows("""
        SELECT m.mdtrt_id FROM person_registry AS r JOIN psn_b AS p USING (certno) JOIN mdtrt_d AS m USING (psn_no)
        WHERE r.kind = 'exit' AND m.begntime::DATE BETWEEN r.begndate::DATE AND coalesce(r.enddate, '2099-01-01')::DATE""")
    assert city.one("SELECT count(*) FROM person_registry WHERE kind = 'exit'") > 5
    assert not met


def test_every_billed_picture_was_taken_with_a_registered_machine(city) -> None:
    for word, kind in (("磁共振", "MR"), ("X线计算机体层", "CT")):
        none = city.rows(f"""
            SELECT DISTINCT fixmedins_code FROM fee_list_d WHERE medins_list_name LIKE '{word}%'
            AND fixmedins_code NOT IN (SELECT fixmedins_code FROM equipment WHERE equip_type = '{kind}')""")
        assert not none


def test_the_month_of_the_fund_is_the_sum_of_its_settlements(city) -> None:
    told = sum(float(e) for (e,) in city.rows("SELECT expense FROM fund_month"))
    paid = city.one("SELECT sum(fund_pay_sumamt::DOUBLE) FROM setl_d")
    assert abs(told - paid) < 0.05


def test_half_of_the_tips_are_false_and_old_cases_err(city) -> None:
    guilty = {m["id"] for s in city.schemes for m in s["members"]}
    tips = [subject in guilty for (subject,) in city.rows("SELECT subject_id FROM clue")]
    assert 0.25 < sum(tips) / len(tips) < 0.75
    decided = city.rows("SELECT subject_id, result FROM case_outcome")
    assert any(result != "cleared" for subject, result in decided if subject not in guilty)
    assert any(result == "cleared" for subject, result in decided if subject in guilty)


class _PaperFirm:
    """What a deed that changes registers does."""

    def __init__(self, deed) -> None:
        self.deed = deed

    def before(self, draft, district, month) -> None: ...

    def after(self, draft, district, month) -> None: ...

    def register(self, tables, district) -> None:
        frame = tables["psn_insu_d"]
        mark = frame["psn_no"] == frame["psn_no"].min()
        tables["psn_insu_d"] = frame.with_columns(scheme=mark.cast(int) * self.deed.number)


def test_a_deed_may_change_a_register_and_its_rows_reach_the_key(tmp_path, monkeypatch) -> None:
    def plan(cast, deed: Deed, turn: int) -> _PaperFirm:
        return _PaperFirm(deed)

    monkeypatch.setattr(plot, "PATTERNS", {"ghost_enrolment": plan})
    build(tmp_path, persons=1000, months=1, seed=5)
    text = (tmp_path / "answer_key" / "schemes.jsonl").read_text(encoding="utf-8")
    assert '"table": "psn_insu_d"' in text
