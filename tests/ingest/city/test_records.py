"""Records agree with the bill and with each other; hands, rooms and machines do one thing at a time; feeds are as in life."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from ingest.city import people, places
from tests.ingest.city.conftest import opened

_REPORTS = {"exam_rpot": "exam_time", "test_rpot": "test_time"}


@pytest.fixture(scope="module")
def city(city):
    """The part of the city in which nobody forges: visits that a scheme bends are left out, and the stores of crooked houses."""
    honest = opened(city.folder)
    bad = sorted({r["key"]["mdtrt_id"] for s in city.schemes for r in s["records"] if "mdtrt_id" in r["key"]})
    tables = ("fee_list_d", "mdtrt_d", "drord_d", "clinical_note", "exam_rpot", "test_rpot", "therapy_session")
    for table in (*tables, "setl_list_oprn_d", "vital_sign", "mcs_use", "icu_stay"):
        honest.connection.execute(f"DELETE FROM {table} WHERE mdtrt_id IN $bad", {"bad": bad})
    honest.connection.execute("DELETE FROM hosp_stock WHERE fixmedins_code IN $bad", {"bad": city.crooked()})
    return honest


def overlaps(rows: list[tuple]) -> list[tuple]:
    """Pairs of one owner that overlap, of (owner, begin, end)."""
    ordered = sorted(rows)
    return [(a, b) for a, b in pairwise(ordered) if a[0] == b[0] and b[1] < a[2]]


@pytest.mark.parametrize("table", sorted(_REPORTS))
def test_a_report_follows_a_paid_line_of_its_visit(city, table: str) -> None:
    time = _REPORTS[table]
    assert city.one(f"SELECT count(*) FROM {table}") > 200
    stray = city.rows(f"""
        SELECT r.rpot_id FROM {table} AS r WHERE (r.mdtrt_id, r.med_list_codg) NOT IN (
            SELECT mdtrt_id, med_list_codg FROM fee_list_d WHERE cnt::DOUBLE > 0)""")
    assert not stray
    assert city.one(f"SELECT count(*) FROM {table} WHERE rpot_time <= {time}") == 0
    assert city.one(f"SELECT count(*) FROM {table} AS r JOIN mdtrt_d AS m USING (mdtrt_id) WHERE r.{time} < m.begntime") == 0


def test_hospitals_that_send_reports_send_nearly_all_and_some_send_none(city) -> None:
    # a bill that was typed in twice, or made of paper, has no report
    paper = city.visits("double_reimbursement", "handler_collusion")
    share = city.rows(f"""
        WITH billed AS (SELECT DISTINCT f.fixmedins_code, f.mdtrt_id, f.med_list_codg FROM fee_list_d AS f JOIN setl_d AS s USING (setl_id)
            WHERE f.medins_list_name LIKE '%血细胞分析%' AND f.cnt::DOUBLE > 0 AND f.mdtrt_id NOT IN ({paper}) AND f.setl_id NOT IN (
                SELECT init_setl_id FROM setl_d WHERE init_setl_id IS NOT NULL)),
        reported AS (SELECT DISTINCT mdtrt_id, med_list_codg FROM test_rpot)
        SELECT fixmedins_code, avg((r.mdtrt_id IS NOT NULL)::INT), count(*) FROM billed
        LEFT JOIN reported AS r USING (mdtrt_id, med_list_codg) GROUP BY 1 HAVING count(*) > 40""")
    assert {round(part) for _, part, _ in share} == {0, 1}
    assert all(part == 0 or part > 0.88 for _, part, _ in share)


def test_no_two_persons_have_the_same_blood_in_several_values(city) -> None:
    """Rounded values meet by chance in one analyte, not in three at once."""
    twice, panels = city.rows("""
        WITH panel AS (SELECT rpot_id, any_value(psn_no) AS psn_no, string_agg(value, '/' ORDER BY item_name) AS v FROM test_rpot
            WHERE item_name IN ('白细胞计数', '血红蛋白', '血小板计数', '中性粒细胞百分比') GROUP BY 1 HAVING count(*) = 4)
        SELECT (SELECT count(*) FROM (SELECT v FROM panel GROUP BY v HAVING count(DISTINCT psn_no) > 1)), (SELECT count(*) FROM panel)""")[
        0
    ]
    assert panels > 300
    assert twice <= panels * 0.002


def test_orders_explain_the_drugs_of_a_stay(city) -> None:
    paper = city.visits("double_reimbursement", "handler_collusion")
    told, lines = city.rows(f"""
        SELECT count(d.drord_no), count(*) FROM fee_list_d AS f JOIN mdtrt_d AS m USING (mdtrt_id)
        LEFT JOIN (SELECT DISTINCT mdtrt_id, drord_no, med_list_codg FROM drord_d) AS d
            ON d.mdtrt_id = f.mdtrt_id AND d.drord_no = f.rx_drord_no AND d.med_list_codg = f.med_list_codg
        WHERE m.adm_bed IS NOT NULL AND m.nwb_flag = '0' AND f.list_type = '101' AND f.cnt::DOUBLE > 0
            AND f.mdtrt_id NOT IN ({paper})""")[0]
    assert lines > 5000
    assert 0.95 < told / lines < 1


def test_notes_keep_to_the_stay_and_name_its_diagnosis(city) -> None:
    early = city.one("SELECT count(*) FROM clinical_note AS n JOIN mdtrt_d AS m USING (mdtrt_id) WHERE n.note_time < m.begntime")
    assert early == 0
    other = city.rows("""
        SELECT n.text, m.dscg_maindiag_name FROM clinical_note AS n JOIN mdtrt_d AS m USING (mdtrt_id)
        WHERE n.note_type IN ('admission', 'discharge') AND NOT contains(n.text, m.dscg_maindiag_name)""")
    assert not other
    kinds = {kind for (kind,) in city.rows("SELECT DISTINCT note_type FROM clinical_note")}
    assert {"admission", "progress", "nursing", "discharge", "operation", "anaesthesia", "prescription"} <= kinds


def test_notes_are_worded_in_many_ways(city) -> None:
    texts, different = city.rows("SELECT count(*), count(DISTINCT text) FROM clinical_note WHERE note_type = 'progress'")[0]
    assert different > texts * 0.97


def test_one_surgeon_and_one_anaesthetist_do_one_operation_at_a_time(city) -> None:
    for who, begin, end in (
        ("oper_dr_code", "oprn_oprt_begntime", "oprn_oprt_endtime"),
        ("anst_dr_code", "anst_begntime", "anst_endtime"),
    ):
        rows = city.rows(f"SELECT {who}, {begin}, {end} FROM setl_list_oprn_d WHERE {who} IS NOT NULL")
        assert len(rows) > 60
        assert not overlaps(rows)


def test_an_operation_lies_within_its_stay(city) -> None:
    outside = city.one("""
        SELECT count(*) FROM setl_list_oprn_d AS o JOIN mdtrt_d AS m USING (mdtrt_id)
        WHERE o.oprn_oprt_begntime < m.begntime OR o.oprn_oprt_endtime > coalesce(m.endtime, '2099')""")
    assert outside == 0


def test_every_piece_has_a_barcode_of_its_own_and_none_is_left_over(city) -> None:
    assert city.one("SELECT count(*) > 20 AND count(*) = count(DISTINCT barcode) FROM mcs_use")
    more = city.rows("""
        SELECT u.mdtrt_id FROM (SELECT mdtrt_id, med_list_codg, sum(cnt::DOUBLE) AS used FROM mcs_use GROUP BY ALL) AS u
        LEFT JOIN (SELECT mdtrt_id, med_list_codg, sum(cnt::DOUBLE) AS paid FROM fee_list_d GROUP BY ALL) AS f
        USING (mdtrt_id, med_list_codg) WHERE f.paid IS NULL OR u.used > f.paid""")
    assert not more


def test_therapists_and_patients_have_one_session_at_a_time(city) -> None:
    for who in ("therapist_code", "psn_no"):
        rows = city.rows(f"SELECT {who}, begntime, endtime FROM therapy_session")
        assert len(rows) > 300
        assert not overlaps(rows)


def test_a_store_never_hands_out_what_it_has_not(city) -> None:
    low = city.rows("""
        WITH run AS (SELECT fixmedins_code, med_list_codg, sum(CASE WHEN move_type IN ('107', '104') THEN -cnt::DOUBLE ELSE cnt::DOUBLE END)
            OVER (PARTITION BY fixmedins_code, med_list_codg ORDER BY move_time) AS n FROM hosp_stock)
        SELECT * FROM run WHERE n < -0.5""")
    assert not low


def test_temperatures_are_taken_in_the_ward_only(city) -> None:
    outside = city.one("""
        SELECT count(*) FROM vital_sign AS v JOIN mdtrt_d AS m USING (mdtrt_id) WHERE v.taken_at < m.begntime OR v.taken_at > m.endtime""")
    assert outside == 0
    assert city.one("SELECT count(*) FROM vital_sign WHERE temperature::DOUBLE NOT BETWEEN 35 AND 42") == 0


def test_the_dead_are_silent(city) -> None:
    dead = city.rows("SELECT psn_no, die_date FROM psn_b WHERE die_date IS NOT NULL")
    assert len(dead) > 5
    late = city.rows("""
        SELECT m.mdtrt_id FROM mdtrt_d AS m JOIN psn_b AS p USING (psn_no) WHERE m.begntime::DATE > p.die_date::DATE
        OR m.endtime::DATE > p.die_date::DATE""")
    assert not late, "only schemes bill for the dead"
    assert city.one("SELECT count(*) FROM mdtrt_d WHERE dscg_way = '5' AND die_date IS NOT NULL") > 0


def test_some_operations_are_done_within_a_day(city) -> None:
    days = city.rows("SELECT date_diff('hour', begntime::TIMESTAMP, endtime::TIMESTAMP) FROM mdtrt_d WHERE med_type = '28'")
    assert len(days) > 5
    assert all(hours <= 14 for (hours,) in days)


def test_a_hundred_thousand_persons_have_a_dozen_institutions_of_each_kind_and_level() -> None:
    built = places.build(4, 100_000, people.settle(4, 100_000))
    groups = Counter(zip(built.kind.tolist(), built.hosp_lv.tolist(), strict=True))
    assert {kind for kind, _ in groups} >= {"hospital", "health_centre", "rehab_hospital", "dialysis_centre", "village_clinic", "pharmacy"}
    assert min(groups.values()) >= 12, groups
