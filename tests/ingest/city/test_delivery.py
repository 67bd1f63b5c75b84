"""A city is a delivery as a bureau would make it: contract-valid, whole to the fen, the same for the same seed."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path

from graph.book import BookFile, Manifest
from graph.contract import CONTRACT
from graph.home import Home
from ingest.city import build
from ingest.door import check, ingest


def digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()


def test_the_door_refuses_exactly_the_rows_that_are_wrong_on_purpose(city) -> None:
    report = check(city.folder / "data", None)
    assert report.usable
    refused = sorted((q["table"], q["record"], q["column"]) for q in report.to_json()["quarantine"])
    told = sorted((b["table"], b["record"], b["column"]) for b in city.key("broken_rows"))
    assert told
    assert refused == told
    assert not report.to_json()["unknown_columns"]


def test_the_manifest_says_that_it_is_synthetic(city) -> None:
    manifest = tomllib.loads((city.folder / "data" / "delivery.toml").read_text(encoding="utf-8"))
    assert manifest["synthetic"] is True
    assert manifest["kind"] == "full"
    assert manifest["period"] == ["2025-07-01", "2025-09-30"]


def test_equal_arguments_give_equal_bytes_and_another_seed_another_city(tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        build(tmp_path / name, persons=1500, months=1, seed=seed)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    assert digest(tmp_path / "a") != digest(tmp_path / "c")


def test_months_apart_hold_the_same_rows_as_one_delivery(tmp_path: Path) -> None:
    build(tmp_path / "whole", persons=1500, months=2, seed=5)
    build(tmp_path / "apart", persons=1500, months=2, seed=5, monthly=True)
    for table in ("setl_d", "fee_list_d", "selinfo_3505"):
        whole = (tmp_path / "whole" / "data" / f"{table}.csv").read_text(encoding="utf-8").splitlines()[1:]
        apart = [
            (tmp_path / "apart" / "data" / month / f"{table}.csv").read_text(encoding="utf-8").splitlines()[1:]
            for month in ("2025-07", "2025-08")
        ]
        assert sorted(apart[0] + apart[1]) == sorted(whole)


def test_every_settlement_is_the_sum_of_its_lines(city) -> None:
    wrong = city.rows("""
        SELECT s.setl_id FROM setl_d AS s JOIN (
            SELECT setl_id, sum(det_item_fee_sumamt::DECIMAL(18,2)) AS fee, sum(inscp_amt::DECIMAL(18,2)) AS inscp FROM
                fee_list_d GROUP BY setl_id
        ) AS f USING (setl_id)
        WHERE s.medfee_sumamt::DECIMAL(18,2) <> f.fee OR s.inscp_amt::DECIMAL(18,2) <> f.inscp""")
    assert not wrong
    assert city.one("SELECT count(*) FROM setl_d WHERE setl_id NOT IN (SELECT setl_id FROM fee_list_d WHERE setl_id IS NOT NULL)") == 0


def test_the_payers_pay_the_whole_bill_and_no_one_more_than_the_rest(city) -> None:
    off = city.rows("""
        SELECT setl_id FROM setl_d WHERE abs(medfee_sumamt::DOUBLE - fund_pay_sumamt::DOUBLE - acct_pay::DOUBLE -
            acct_mulaid_pay::DOUBLE - cash_payamt::DOUBLE) > 0.005
        OR (refd_setl_flag = '0' AND (fund_pay_sumamt::DOUBLE < 0 OR cash_payamt::DOUBLE < -0.005 OR acct_pay::DOUBLE < 0))""")
    assert not off


def test_a_refund_takes_back_the_whole_settlement_that_it_names(city) -> None:
    pairs = city.rows("""
        SELECT a.medfee_sumamt::DOUBLE + b.medfee_sumamt::DOUBLE, a.fund_pay_sumamt::DOUBLE + b.fund_pay_sumamt::DOUBLE,
            b.setl_time > a.setl_time
        FROM setl_d AS b JOIN setl_d AS a ON a.setl_id = b.init_setl_id WHERE b.refd_setl_flag = '1'""")
    assert len(pairs) > 100
    assert all(abs(fee) < 0.005 and abs(fund) < 0.005 and later for fee, fund, later in pairs)


def test_shares_are_near_to_life(city) -> None:
    """domain.md 1.7 gives the aggregates; the city need not hit them, only be of their kind."""
    total = city.one("SELECT count(*) FROM setl_d")
    share = dict(city.rows("SELECT clr_type, count(*) * 1.0 / sum(count(*)) OVER () FROM setl_d GROUP BY clr_type"))
    assert 0.4 < share["41"] < 0.55
    assert 0.03 < share["21"] < 0.07
    assert 1.1 < total / 9000 < 2.2
    assert 6 < city.one("SELECT count(*) FROM fee_list_d") / total < 16
    assert 0.015 < city.one("SELECT avg((bilg_dr_code IS NULL)::INT) FROM fee_list_d WHERE med_type <> '41'") < 0.04


def test_written_tables_are_tables_of_the_contract(city) -> None:
    names = {path.stem for path in (city.folder / "data").glob("*.csv")}
    assert names <= set(CONTRACT.tables)
    assert {
        "invinfo_3501",
        "purcinfo_3503",
        "selinfo_3505",
        "drug_trac_3513",
        "face_check",
        "dialysis_session",
        "psn_b",
        "fixmedins_b",
    } <= names


def test_five_months_one_after_the_other_make_the_book_of_one_delivery(tmp_path: Path) -> None:
    """The fourth month is the first that is asked about its size, and registers come with every month."""
    build(tmp_path / "whole", persons=1500, months=5, seed=5)
    build(tmp_path / "apart", persons=1500, months=5, seed=5, monthly=True)
    whole, apart = Home(tmp_path / "home-whole"), Home(tmp_path / "home-apart")
    assert ingest(tmp_path / "whole" / "data", whole).usable
    for month in sorted((tmp_path / "apart" / "data").iterdir()):
        report = ingest(month, apart)
        assert report.usable, report.why
    rows = {home: {table: sum(file.rows for file in months.values()) for table, months in tables_of(home)} for home in (whole, apart)}
    assert rows[whole] == rows[apart]


def tables_of(home: Home) -> list[tuple[str, Mapping[str, BookFile]]]:
    return list(Manifest.read(home.book).tables.items())
