"""Each scheme of wards, desks and charts leaves what it says in the files, and its honest twin does not."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ingest.city import build, cast, plot
from tests.ingest.city.conftest import opened

PATTERNS = (
    *("split_admission", "induced_admission", "fictitious_service", "phantom_billing", "forged_records", "item_swap"),
    *("split_charge", "over_standard", "upcoding", "over_examination"),
)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory):
    """A district with these patterns alone and half of its wards crooked, so that each way has its occasion."""
    folder = tmp_path_factory.mktemp("wards")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plot, "PATTERNS", {name: plot.PATTERNS[name] for name in PATTERNS})
        patch.setattr(plot, "schemes_each", lambda persons, pattern: 5)
        for kind in ("hospital", "health_centre"):
            patch.setitem(cast.CROOKED, kind, 0.5)
        build(folder, persons=9000, months=3, seed=23)
    return opened(folder)


def schemes(city, pattern: str, way: str) -> list[dict]:
    found = [s for s in city.schemes if (s["pattern"], s["mechanism"]) == (pattern, way)]
    assert found, (pattern, way)
    return found


def stories(city, name: str) -> list[dict]:
    found = [i for i in city.innocents if i["story"] == name]
    assert found, name
    return found


def lines(city, deeds: list[dict], columns: str = "*") -> list[tuple]:
    """Lines of some deeds."""
    sn = city.keys("fee_list_d", "bkkp_sn", deeds)
    return city.connection.execute(f"SELECT {columns} FROM fee_list_d WHERE bkkp_sn IN $sn", {"sn": sn}).fetchall()


def test_the_values_of_a_panel_cost_more_than_the_panel_that_was_ordered(city) -> None:
    for deed in schemes(city, "split_charge", "panel_in_values"):
        reported = city.connection.execute(
            "SELECT med_list_codg, median(pric::DOUBLE) FROM fee_list_d WHERE med_list_codg IN "
            "(SELECT med_list_codg FROM test_rpot WHERE rpot_id IN $ids) GROUP BY 1",
            {"ids": city.keys("test_rpot", "rpot_id", [deed])},
        ).fetchall()
        days: dict[tuple, float] = {}
        for visit, day, fee in lines(city, [deed], "mdtrt_id, fee_ocur_time::TIMESTAMP::DATE, det_item_fee_sumamt::DOUBLE"):
            days[visit, day] = days.get((visit, day), 0) + fee
        assert len(reported) <= 1, "one panel is reported, whatever the bill says"
        assert all(min(days.values()) > price for _, price in reported)
    single = lines(city, stories(city, "singles_on_order"), "count(*) OVER (PARTITION BY mdtrt_id)")
    assert max(n for (n,) in single) <= 2


def test_a_mark_up_is_dearer_than_the_same_article_elsewhere(city) -> None:
    marked = lines(city, schemes(city, "over_standard", "marked_up"), "med_list_codg, pric::DOUBLE")
    usual = dict(city.rows("SELECT med_list_codg, median(pric::DOUBLE) FROM fee_list_d GROUP BY 1"))
    assert all(price > usual[code] for code, price in marked)


def test_a_bed_is_charged_on_the_day_of_discharge(city) -> None:
    deeds = schemes(city, "over_standard", "day_of_discharge")
    sn = city.keys("fee_list_d", "bkkp_sn", deeds)
    days = city.connection.execute(
        "SELECT f.fee_ocur_time::TIMESTAMP::DATE, m.endtime::TIMESTAMP::DATE FROM fee_list_d AS f JOIN mdtrt_d AS m USING (mdtrt_id) "
        "WHERE bkkp_sn IN $sn",
        {"sn": sn},
    ).fetchall()
    assert days
    assert all(charged == left for charged, left in days)


def test_the_order_keeps_the_grade_of_nursing_that_was_given(city) -> None:
    first = {code for (code,) in lines(city, schemes(city, "over_standard", "higher_grade"), "med_list_codg")}
    assert len(first) == 1
    visits = city.keys("fee_list_d", "mdtrt_id", schemes(city, "over_standard", "higher_grade"))
    ordered = {v for (v,) in city.rows(f"SELECT mdtrt_id FROM drord_d WHERE med_list_codg = '{first.pop()}'")}
    assert not ordered & set(visits)
    assert set(city.keys("mdtrt_d", "mdtrt_id", stories(city, "severe_for_two_days"))) <= ordered


def test_the_chart_knows_the_smaller_illness_and_the_smaller_operation(city) -> None:
    for table, way, column in (
        ("mdtrt_d", "graver_diagnosis", "dscg_maindiag_name"),
        ("setl_list_oprn_d", "bigger_operation", "oprn_oprt_name"),
    ):
        key = "mdtrt_id" if table == "mdtrt_d" else "setl_list_oprn_id"
        kind = "operation" if way == "bigger_operation" else "discharge"
        notes = city.connection.execute(
            f"SELECT n.text, t.{column} FROM clinical_note AS n JOIN {table} AS t USING (mdtrt_id) WHERE t.{key} IN $v AND note_type = $k",
            {"v": city.keys(table, key, schemes(city, "upcoding", way)), "k": kind},
        ).fetchall()
        assert all(f"：{name}。" not in text for text, name in notes), way


def test_examinations_beyond_need_are_really_reported(city) -> None:
    """That is what makes them hard: nothing is missing."""
    deeds = [s for s in city.schemes if s["pattern"] == "over_examination"]
    assert {s["mechanism"] for s in deeds} >= {"package_for_all", "again_too_soon"}
    sn = city.keys("fee_list_d", "bkkp_sn", deeds)
    billed, told = city.connection.execute(
        "SELECT count(*), count(*) FILTER (WHERE (mdtrt_id, med_list_codg) IN (SELECT mdtrt_id, med_list_codg FROM exam_rpot "
        "UNION ALL SELECT mdtrt_id, med_list_codg FROM test_rpot)) FROM fee_list_d WHERE bkkp_sn IN $sn "
        "AND fixmedins_code IN (SELECT fixmedins_code FROM exam_rpot INTERSECT SELECT fixmedins_code FROM test_rpot)",
        {"sn": sn},
    ).fetchall()[0]
    assert told >= billed * 0.85


@pytest.mark.parametrize("name", ["night_call", "dear_maker", "got_worse", "spine_clinic", "chest_pain"])
def test_honest_twins_are_told(city, name: str) -> None:
    assert stories(city, name)[0]["records"]


def test_more_implants_are_billed_than_barcodes_were_read(city) -> None:
    deeds = schemes(city, "phantom_billing", "more_implants")
    read = dict(city.rows("SELECT (mdtrt_id, med_list_codg), sum(cnt::DOUBLE) FROM mcs_use GROUP BY 1"))
    assert all(float(cnt) > read.get((visit, item), 0) for visit, item, cnt in lines(city, deeds, "mdtrt_id, med_list_codg, cnt"))


def test_the_store_never_had_what_was_billed(city) -> None:
    """Over the months of the scheme; of honest houses the store hands out at least what is billed."""
    deeds = schemes(city, "phantom_billing", "more_than_the_store_had")
    items = set(lines(city, deeds, "DISTINCT fixmedins_code, med_list_codg"))
    sums = """SELECT fixmedins_code, med_list_codg, sum(f.cnt::DOUBLE) AS billed, any_value(h.issued) AS issued FROM fee_list_d AS f
        JOIN (SELECT fixmedins_code, med_list_codg,
                     sum(if(move_type = '107', cnt::DOUBLE, -cnt::DOUBLE)) AS issued
              FROM hosp_stock WHERE move_type IN ('106', '107') GROUP BY ALL) AS h USING (fixmedins_code, med_list_codg)
        WHERE f.cnt::DOUBLE > 0 GROUP BY ALL"""
    short = {(inst, item) for inst, item, billed, issued in city.rows(sums) if billed > issued}
    # an article of which little was added hides in what the wards keep in reserve, a house cannot hide all of them
    assert {inst for inst, _ in items} <= {inst for inst, _ in items & short}
    assert all(inst in city.crooked() for inst, _ in short)


def test_copied_notes_and_values_stand_under_several_names(city) -> None:
    for table, way, column in (("clinical_note", "cloned_notes", "text"), ("test_rpot", "copied_values", "value")):
        deeds = schemes(city, "forged_records", way)
        body = "regexp_replace(text, '^[^，]*，', '')" if column == "text" else "item_name || string_agg(value)"
        own = city.keys(table, "mdtrt_id", deeds) or [
            v for (v,) in city.rows(f"SELECT DISTINCT mdtrt_id FROM {table}") if v in city.keys("fee_list_d", "mdtrt_id", deeds)
        ]
        group = "" if column == "text" else "GROUP BY mdtrt_id, psn_no, item_name"
        texts = city.connection.execute(
            f"SELECT body, count(DISTINCT psn_no) AS n FROM (SELECT {body} AS body, psn_no FROM {table} WHERE mdtrt_id IN $v {group}) "
            "GROUP BY 1 ORDER BY 2 DESC",
            {"v": own},
        ).fetchall()
        assert texts[0][1] >= 3, way


def test_one_picture_serves_several_patients(city) -> None:
    deeds = schemes(city, "forged_records", "one_picture")
    ids = city.keys("exam_rpot", "rpot_id", deeds)
    used = city.connection.execute(
        "SELECT image_no, count(DISTINCT psn_no) FROM exam_rpot WHERE rpot_id IN $i GROUP BY 1 ORDER BY 2 DESC", {"i": ids}
    ).fetchall()
    assert used[0][1] >= 3


def test_report_and_barcode_name_what_was_given(city) -> None:
    for table, way, column in (("exam_rpot", "plain_for_contrast", "rpot_id"), ("mcs_use", "cheap_implant", "mcs_use_id")):
        deeds = schemes(city, "item_swap", way)
        billed = set(lines(city, deeds, "mdtrt_id, med_list_codg"))
        told = city.connection.execute(
            f"SELECT mdtrt_id, med_list_codg FROM {table} WHERE {column} IN $i", {"i": city.keys(table, column, deeds)}
        ).fetchall()
        assert told, way
        assert not set(told) & billed, way


def test_a_cut_stay_goes_on_with_the_same_patient_soon_after(city) -> None:
    for deed in [s for s in city.schemes if s["pattern"] == "split_admission"]:
        stays = city.connection.execute(
            "SELECT psn_no, begntime::TIMESTAMP, endtime::TIMESTAMP, dscg_way FROM mdtrt_d WHERE mdtrt_id IN $v ORDER BY 1, 2",
            {"v": city.keys("mdtrt_d", "mdtrt_id", [deed])},
        ).fetchall()
        pairs = [(a, b) for a, b in pairwise(stays) if a[0] == b[0]]
        near = [a for a, b in pairs if 0 < (b[1] - a[2]).total_seconds() < 6 * 86_400]
        assert len(near) >= len(stays) * 0.45, deed["mechanism"]
        assert {a[3] for a in near} == {"1"}


def test_who_lies_on_is_seen_between_the_two_stays(city) -> None:
    deeds = schemes(city, "split_admission", "lies_on")
    seen = city.connection.execute(
        "WITH s AS (SELECT psn_no, begntime::TIMESTAMP AS b, endtime::TIMESTAMP AS e FROM mdtrt_d WHERE mdtrt_id IN $v), "
        "gap AS (SELECT psn_no, e AS since, lead(b) OVER (PARTITION BY psn_no ORDER BY b) AS until FROM s) "
        "SELECT count(*) FROM gap JOIN face_check AS f USING (psn_no) WHERE f.check_time::TIMESTAMP BETWEEN since AND until",
        {"v": city.keys("mdtrt_d", "mdtrt_id", deeds)},
    ).fetchall()
    assert seen[0][0] > 0


def test_the_recruiters_number_stands_in_several_charts(city) -> None:
    for deed in schemes(city, "induced_admission", "recruiters_phone"):
        recruiter = next(m["id"] for m in deed["members"] if m["role"] == "recruiter")
        number = city.one(f"SELECT tel FROM psn_b WHERE psn_no = '{recruiter}'")
        called = city.connection.execute(
            "SELECT coner_tel, count(DISTINCT psn_no) FROM mdtrt_d WHERE mdtrt_id IN $v GROUP BY 1 ORDER BY 2 DESC",
            {"v": city.keys("mdtrt_d", "mdtrt_id", [deed])},
        ).fetchall()
        assert called[0][1] >= 3
        assert number in (None, called[0][0])


def test_nobody_can_have_been_where_a_fictitious_service_says(city) -> None:
    elsewhere = schemes(city, "fictitious_service", "lies_elsewhere")
    apart = city.connection.execute(
        "SELECT count(*) FROM mdtrt_d AS v WHERE mdtrt_id IN $v AND NOT EXISTS (SELECT 1 FROM mdtrt_d AS w WHERE w.psn_no = v.psn_no "
        "AND w.adm_bed IS NOT NULL AND v.begntime BETWEEN w.begntime AND w.endtime AND w.fixmedins_code <> v.fixmedins_code)",
        {"v": city.keys("mdtrt_d", "mdtrt_id", elsewhere)},
    ).fetchall()
    assert apart[0][0] == 0
    dead = schemes(city, "fictitious_service", "the_dead")
    after = city.connection.execute(
        "SELECT count(*) FROM mdtrt_d JOIN psn_b USING (psn_no) WHERE mdtrt_id IN $v AND begntime::TIMESTAMP > psn_b.die_date::DATE",
        {"v": city.keys("mdtrt_d", "mdtrt_id", dead)},
    ).fetchall()
    assert after[0][0] > 0
