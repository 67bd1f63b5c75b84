"""A delivery becomes a book: rows, sums, identities, months, repeats and conflicts."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from graph.book import Manifest, ask, cited, connect
from graph.errors import EnvironmentAtFault, InputAtFault, WrongUse
from graph.home import Home
from graph.identity import Identities
from graph.lock import hold
from ingest.door import check, ingest
from ingest.reconcile import Report
from tests.ingest.deliveries import Tables, tables, text, write


def take_in(tmp_path: Path, home: Home, delivered: Tables, name: str = "d", note: str = "", **files: bytes) -> Report:
    return ingest(write(tmp_path / name, delivered, note, **files), home)


def counts(report: Report, table: str) -> tuple[int, int, int, int]:
    c = report.tables[table]
    return c.read, c.loaded, c.quarantined, c.repeated


def rows(home: Home, query: str) -> list[tuple[object, ...]]:
    with connect(home) as book:
        return book.execute(query).fetchall()


def test_a_sound_delivery_is_taken_in_to_the_fen(tmp_path: Path, home: Home) -> None:
    report = take_in(tmp_path, home, tables())
    assert report.usable
    assert counts(report, "fee_list_d") == (6, 6, 0, 0)
    assert report.tables["fee_list_d"].sums["det_item_fee_sumamt"].loaded_fen == 6 * 1525
    assert rows(home, "SELECT sum(medfee_sumamt)::BIGINT, min(month), max(month) FROM setl_d") == [(3 * 3050, 202507, 202508)]
    assert rows(home, "SELECT DISTINCT pric, cnt FROM fee_list_d") == [(Decimal("7.625000"), Decimal("2.0000"))]


def test_the_json_has_the_stable_form(tmp_path: Path, home: Home) -> None:
    delivered = tables()
    delivered["fee_list_d"][3]["det_item_fee_sumamt"] = "9" * 30
    said = json.loads(json.dumps(take_in(tmp_path, home, delivered).to_json()))
    assert {"tables", "quarantine", "unknown_columns", "switched_off"} <= said.keys()
    line = said["tables"]["fee_list_d"]
    assert {k: line[k] for k in ("read", "loaded", "quarantined", "repeated")} == {"read": 6, "loaded": 5, "quarantined": 1, "repeated": 0}
    assert line["sums"]["det_item_fee_sumamt"] == {
        "read_fen": 5 * 1525,
        "loaded_fen": 5 * 1525,
        "quarantined_fen": 0,
        "repeated_fen": 0,
        "unreadable_rows": 1,
    }
    assert line["sums"]["inscp_amt"]["quarantined_fen"] == 1010
    (entry,) = said["quarantine"]
    assert entry.pop("reason").startswith("no amount")
    assert entry == {
        "table": "fee_list_d",
        "file": "fee_list_d.csv",
        "record": 4,
        "column": "det_item_fee_sumamt",
        "value": "9" * 30,
    }
    assert "psn_b" in said["switched_off"]
    assert "setl_d" not in said["switched_off"]


def test_check_keeps_nothing(tmp_path: Path, home: Home) -> None:
    report = check(write(tmp_path / "d", tables()), home)
    assert counts(report, "mdtrt_d") == (3, 3, 0, 0)
    assert not home.book.exists()
    assert not home.deliveries.exists()


def test_identities_leave_the_rows(tmp_path: Path, home: Home) -> None:
    take_in(tmp_path, home, tables())
    known = "psn_name_h, certno_sex, certno_brdy::VARCHAR, addr_area"
    ((h, sex, born, area),) = rows(home, f"SELECT {known} FROM mdtrt_d WHERE mdtrt_id = 'M1'")
    assert (sex, born) == ("2", "1949-12-31")
    assert "武侯区" in str(area)
    with Identities.open(home) as identities:
        assert identities.pseudonym("name", "张建国") == h
        assert identities.masked("name", str(h)) == "张*国"
    assert clear_values(home.root) == []


def clear_values(root: Path) -> list[str]:
    clear = [v.encode() for v in ("张建国", "11010519491231002X", "13812342207", "某某街道1号", "王医生")]
    return [f"{path.name}: {v.decode()}" for path in root.rglob("*") if path.is_file() for v in clear if v in path.read_bytes()]


def test_quarantined_rows_are_sealed_and_can_be_opened(tmp_path: Path, home: Home) -> None:
    delivered = tables()
    delivered["mdtrt_d"][0]["begntime"] = "0000-00-00"
    report = take_in(tmp_path, home, delivered)
    assert clear_values(home.root) == []
    kept = pl.read_parquet(home.deliveries / report.delivery_id / "quarantine.parquet")
    with Identities.open(home) as identities:
        (row,) = identities.unseal(kept["row"].to_list())
    assert json.loads(str(row))["psn_name"] == "张建国"
    assert json.loads(str(row))["begntime"] == "0000-00-00"


def test_the_report_masks_identities(tmp_path: Path, home: Home) -> None:
    delivered = tables()
    delivered["payroll"] = [{"certno": "11010519491231002X", "emp_no": "E1", "period": "202507", "wag": ""}]
    delivered["bank_txn"] = [{"txn_id": "T1", "payer_acct": "6222020200112233445", "payee_acct": "", "amount": "1", "txn_time": "20250701"}]
    report = take_in(tmp_path, home, delivered)
    assert [(e.table, e.column, e.value) for e in report.quarantine] == [("bank_txn", "payee_acct", ""), ("payroll", "wag", "")]
    assert "6222020200112233445" not in json.dumps(report.to_json())


def test_the_same_delivery_twice_changes_nothing(tmp_path: Path, home: Home) -> None:
    first = take_in(tmp_path, home, tables())
    before = (home.book / "manifest.json").read_bytes()
    second = take_in(tmp_path, home, tables(), "same-files-elsewhere")
    assert (home.book / "manifest.json").read_bytes() == before
    assert second.delivery_id == first.delivery_id
    assert counts(second, "fee_list_d") == (6, 0, 0, 6)
    assert second.tables["fee_list_d"].sums["inscp_amt"].repeated_fen == 6060


def test_the_next_month_adds_and_leaves_other_months_alone(tmp_path: Path, home: Home) -> None:
    take_in(tmp_path, home, tables())
    before = Manifest.read(home.book).tables["setl_d"]
    later = tables()
    for table in later.values():
        for row in table:
            row.update({k: v.replace("2025-07", "2025-09").replace("2025-08", "2025-09") for k, v in row.items() if k.endswith("time")})
            row.update({k: f"X{row[k]}" for k in ("mdtrt_id", "setl_id") if k in row})
    report = take_in(tmp_path, home, later, "later")
    after = Manifest.read(home.book).tables["setl_d"]
    assert counts(report, "setl_d") == (3, 3, 0, 0)
    assert {month: after[month] for month in before} == before
    assert after.keys() - before.keys() == {"202509"}
    assert rows(home, "SELECT count(*), count(DISTINCT delivery_id) FROM setl_d") == [(6, 2)]


def test_a_row_sent_again_is_a_repeat_and_other_content_a_conflict(tmp_path: Path, home: Home) -> None:
    take_in(tmp_path, home, tables())
    changed = tables()
    changed["setl_d"][1]["fund_pay_sumamt"] = "99.00"
    report = take_in(tmp_path, home, changed, "changed")
    assert counts(report, "setl_d") == (3, 0, 1, 2)
    assert counts(report, "fee_list_d") == (6, 0, 0, 6)
    assert counts(report, "selinfo_3505") == (2, 0, 0, 2)
    (entry,) = report.quarantine
    assert (entry.record, entry.value) == (2, "S2")
    assert "another delivery" in entry.reason
    assert rows(home, "SELECT fund_pay_sumamt FROM setl_d WHERE setl_id = 'S2'") == [(2025,)]


def test_two_contents_of_one_key_both_stay_out(tmp_path: Path, home: Home) -> None:
    delivered = tables()
    delivered["setl_d"] += [{**delivered["setl_d"][0], "fund_pay_sumamt": "1.00"}, dict(delivered["setl_d"][1])]
    report = take_in(tmp_path, home, delivered)
    assert counts(report, "setl_d") == (5, 2, 2, 1)
    assert sorted(e.record for e in report.quarantine) == [1, 4]
    assert report.tables["setl_d"].sums["fund_pay_sumamt"].quarantined_fen == 2125


def test_a_null_part_of_a_key_equals_null(tmp_path: Path, home: Home) -> None:
    delivered = tables()
    shop = {"fixmedins_code": "P51010000001", "fixmedins_name": "某药店", "fixmedins_type": "2", "begndate": "", "status_from": ""}
    delivered["fixmedins_b"] = [shop, dict(shop)]
    assert counts(take_in(tmp_path, home, delivered), "fixmedins_b") == (2, 1, 0, 1)
    again = {**delivered, "fixmedins_b": [{**shop, "fixmedins_name": "另一药店"}]}
    assert counts(take_in(tmp_path, home, again, "again"), "fixmedins_b") == (1, 0, 1, 0)


def test_equal_sales_are_two_sales_and_codes_are_split(tmp_path: Path, home: Home) -> None:
    take_in(tmp_path, home, tables())
    assert rows(home, "SELECT count(*), count(DISTINCT row_id), sum(sel_retn_cnt)::INT FROM selinfo_3505") == [(2, 2, 4)]
    codes = rows(home, "SELECT count(*), count(DISTINCT drug_trac_codg), min(source_table), min(month) FROM trac_d")
    assert codes == [(4, 2, "selinfo_3505", 202507)]


def test_a_third_equal_sale_sent_later_is_new(tmp_path: Path, home: Home) -> None:
    take_in(tmp_path, home, tables())
    more = tables()
    more["selinfo_3505"] += [dict(more["selinfo_3505"][0])]
    assert counts(take_in(tmp_path, home, more, "more"), "selinfo_3505") == (3, 1, 0, 2)


def test_a_file_twice_in_one_delivery_counts_once(tmp_path: Path, home: Home) -> None:
    folder = write(tmp_path / "d", tables())
    sales = (folder / "selinfo_3505.csv").rename(folder / "selinfo_3505_a.csv")
    (folder / "selinfo_3505_b.csv").write_bytes(sales.read_bytes())
    assert counts(ingest(folder, home), "selinfo_3505") == (4, 2, 0, 2)


def test_provenance_names_file_and_record(tmp_path: Path, home: Home) -> None:
    folder = write(tmp_path / "d", tables())
    lines = (folder / "fee_list_d.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "fee_list_d.csv").unlink()
    (folder / "fee_list_d_1.csv").write_text("".join(lines[:3]), encoding="utf-8")
    (folder / "fee_list_d_2.csv").write_text(lines[0] + "".join(lines[3:]), encoding="utf-8")
    ingest(folder, home)
    found = rows(home, "SELECT bkkp_sn, source_file, source_record FROM fee_list_d ORDER BY bkkp_sn")
    assert found[:4] == [
        *(("M1-1", "fee_list_d_1.csv", 1), ("M1-2", "fee_list_d_1.csv", 2)),
        *(("M2-1", "fee_list_d_2.csv", 1), ("M2-2", "fee_list_d_2.csv", 2)),
    ]


def test_a_full_delivery_replaces_its_period(tmp_path: Path, home: Home) -> None:
    take_in(tmp_path, home, tables())
    kept = {t: [r for r in rs if "2025-08" not in str(r)] for t, rs in tables().items()}
    kept["setl_d"] = kept["setl_d"][:1]
    kept["setl_d"][0]["fund_pay_sumamt"] = "1.00"
    note = 'kind = "full"\nperiod = ["2025-07-01", "2025-07-31"]\n'
    report = take_in(tmp_path, home, kept, "full", note)
    assert counts(report, "setl_d") == (1, 1, 0, 0)
    assert rows(home, "SELECT setl_id, fund_pay_sumamt FROM setl_d ORDER BY 1") == [("S1", 100), ("S3", 2025)]
    assert rows(home, "SELECT count(*) FROM trac_d") == [(4,)]


def test_a_replaced_key_leaves_its_old_month(tmp_path: Path, home: Home) -> None:
    take_in(tmp_path, home, tables())
    moved = tables()
    moved["setl_d"] = [{**moved["setl_d"][2], "setl_time": "2025-07-20 10:00:00"}]
    report = take_in(tmp_path, home, moved, "full", 'kind = "full"\nperiod = ["2025-07-01", "2025-07-31"]\n')
    assert counts(report, "setl_d") == (1, 1, 0, 0)
    assert rows(home, "SELECT setl_id, month FROM setl_d") == [("S3", 202507)]
    assert set(Manifest.read(home.book).tables["setl_d"]) == {"202507"}


def test_replaced_rows_stay_in_the_snapshot_of_their_delivery(tmp_path: Path, home: Home) -> None:
    first = take_in(tmp_path, home, tables())
    changed = tables()
    changed["setl_d"] = [{**changed["setl_d"][0], "fund_pay_sumamt": "1.00"}]
    take_in(tmp_path, home, changed, "full", 'kind = "full"\n')
    take_in(tmp_path, home, changed, "next")  # sweeps what the second one replaced
    snapshot = pl.read_parquet(home.deliveries / first.delivery_id / "rows" / "setl_d" / "*.parquet")
    assert sorted(snapshot["fund_pay_sumamt"]) == [2025, 2025, 2025]
    assert rows(home, "SELECT count(*) FROM setl_d") == [(1,)]


def test_two_at_once_the_second_is_told_who_holds_it(tmp_path: Path, home: Home) -> None:
    folder = write(tmp_path / "d", tables())
    with hold(home, "ingest", "taking in another folder"), pytest.raises(EnvironmentAtFault, match="another folder"):
        ingest(folder, home)
    assert ingest(folder, home).usable


def test_synthetic_and_real_people_never_share_a_home(tmp_path: Path, home: Home) -> None:
    take_in(tmp_path, home, tables(), note="synthetic = true\n")
    with pytest.raises(WrongUse, match="real people"):
        take_in(tmp_path, home, tables(), "real")


def test_faces_never_enter_the_book(tmp_path: Path, home: Home) -> None:
    folder = write(tmp_path / "d", tables())
    faces = pl.DataFrame({"template_id": ["F1", "F2"], "model_id": ["m", "m"], "embedding": [[0.6, 0.8], [1.0, 0.0]]})
    faces.write_parquet(folder / "face_template.parquet")
    report = ingest(folder, home)
    assert counts(report, "face_template") == (2, 2, 0, 0)
    assert not (home.book / "face_template").exists()
    sealed = pl.read_parquet(home.faces / f"{report.delivery_id}.parquet")
    assert sealed.columns == ["template_id", "model_id", "row"]
    with Identities.open(home) as identities:
        assert json.loads(str(identities.unseal(sealed["row"].to_list())[0]))["embedding"] == pytest.approx([0.6, 0.8])


def test_a_parquet_delivery_equals_a_csv_delivery(tmp_path: Path, home: Home) -> None:
    take_in(tmp_path, home, tables())
    folder = tmp_path / "parquet"
    folder.mkdir()
    for table, delivered in tables().items():
        frame = pl.DataFrame(delivered)
        amounts = [c for c in frame.columns if c.endswith(("amt", "pric", "cnt")) and c != "drug_trac_codg"]
        times = [c for c in frame.columns if c.endswith("time")]
        typed = frame.with_columns(pl.col(amounts).cast(pl.Decimal(16, 4)), pl.col(times).str.to_datetime())
        typed.write_parquet(folder / f"{table}.parquet")
    other = Home(tmp_path / "other").make()
    ingest(folder, other)
    assert Manifest.read(other.book).digest() == Manifest.read(home.book).digest()


def test_cited_rows_are_found_by_their_keys(tmp_path: Path, home: Home) -> None:
    take_in(tmp_path, home, tables())
    with connect(home) as book:
        found = cited(book, "fee_list_d", [{"mdtrt_id": "M1", "bkkp_sn": "M1-2", "month": 202507}, {"mdtrt_id": "M3", "bkkp_sn": "M3-1"}])
        assert sorted(found["bkkp_sn"]) == ["M1-2", "M3-1"]
        assert cited(book, "fee_list_d", [{"mdtrt_id": "M1", "bkkp_sn": "M3-1"}]).is_empty()
        assert cited(book, "fee_list_d", []).columns == found.columns
        (row_id,) = ask(book, "SELECT row_id FROM selinfo_3505 LIMIT 1")["row_id"]
        assert cited(book, "selinfo_3505", [{"row_id": row_id, "psn_no": "P1"}]).height == 1


def test_warnings_count_and_do_not_reject(tmp_path: Path, home: Home) -> None:
    delivered = tables()
    delivered["mdtrt_d"][0] |= {"med_type": "77", "dscg_maindiag_code": "nonsense"}
    for visit in delivered["mdtrt_d"][1:]:
        visit["dscg_maindiag_code"] = "I10.x00"
    report = take_in(tmp_path, home, delivered)
    said = {(w["column"], w["rows"]) for w in report.warnings if w["table"] == "mdtrt_d"}
    assert {("med_type", 1), ("dscg_maindiag_code", 1)} <= said
    assert counts(report, "mdtrt_d") == (3, 3, 0, 0)


def test_nulls_are_counted_by_column_and_institution(tmp_path: Path, home: Home) -> None:
    delivered = tables()
    delivered["fee_list_d"][0]["inscp_amt"] = ""
    report = take_in(tmp_path, home, delivered)
    shares = pl.read_parquet(home.deliveries / report.delivery_id / "nulls.parquet").filter(pl.col("table") == "fee_list_d")
    assert shares.rows() == [("fee_list_d", "inscp_amt", "H51010000001", 6, 1)]


def test_an_unusable_delivery_changes_nothing(tmp_path: Path, home: Home) -> None:
    delivered = tables()
    del delivered["setl_d"]
    report = take_in(tmp_path, home, delivered)
    assert not report.usable
    assert "setl_d" in report.why
    assert not home.book.exists()


def test_a_needed_table_may_already_be_in_the_book(tmp_path: Path, home: Home) -> None:
    take_in(tmp_path, home, tables())
    assert take_in(tmp_path, home, {"psn_b": [{"psn_no": "P1", "psn_name": "张建国"}]}, "persons").usable
    with pytest.raises(InputAtFault, match="no folder"):
        ingest(tmp_path / "nowhere", home)


def test_a_table_in_words_of_the_note(tmp_path: Path, home: Home) -> None:
    delivered = tables()
    lines = delivered.pop("fee_list_d")
    header = ["费用流水" if name == "bkkp_sn" else name for name in lines[0]]
    note = '[tables.fee_list_d]\nfiles = "FEE_*.txt"\ndelimiter = "|"\n[tables.fee_list_d.columns]\n"费用流水" = "bkkp_sn"\n'
    folder = write(tmp_path / "d", delivered, note)
    (folder / "FEE_202507.txt").write_text(text(lines, delimiter="|", header=header), encoding="utf-8")
    assert counts(ingest(folder, home), "fee_list_d") == (6, 6, 0, 0)
