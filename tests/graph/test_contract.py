"""The contract is whole: its keys, marks, lists, titles and the page made from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.contract import BOOK_TYPE, CONTRACT, Table
from graph.contract.page import SECTIONS, page

TABLES = [pytest.param(table, id=table.name) for table in CONTRACT]
KEYLESS = {
    *("invinfo_3501", "invchg_3502", "purcinfo_3503", "purcretn_3504", "selinfo_3505", "selretn_3506", "inv_del_3507"),
    *("drug_trac_3513", "hosp_stock", "opsp_reg", "duty", "equipment", "payroll", "other_payer", "person_registry"),
    *("fund_month", "population", "calendar"),
}


@pytest.mark.parametrize("table", TABLES)
def test_what_a_table_names_exists(table: Table) -> None:
    columns = table.columns
    assert set(table.key) <= columns.keys()
    assert set(table.sums) <= columns.keys()
    assert all(columns[name].kind == "fen" for name in table.sums)
    assert table.month is None or columns[table.month].kind in {"time", "date"}
    assert {c.codes for c in columns.values() if c.codes} <= CONTRACT.codes.keys()
    assert {c.kind for c in columns.values()} <= BOOK_TYPE.keys()
    assert table.section in SECTIONS


@pytest.mark.parametrize("table", TABLES)
def test_the_key_identifies_nobody(table: Table) -> None:
    assert not [name for name in table.key if table.columns[name].identity]


@pytest.mark.parametrize("table", TABLES)
def test_every_header_means_one_column(table: Table) -> None:
    meant: dict[str, set[str]] = {}
    for column in table.columns.values():
        for header in {column.name, column.zh, *column.aliases} - {""}:
            meant.setdefault(header.lower(), set()).add(column.name)
    assert {header: names for header, names in meant.items() if len(names) > 1} == {}


@pytest.mark.parametrize("table", TABLES)
def test_money_that_a_row_must_state_is_reconciled(table: Table) -> None:
    stated = {c.name for c in table.columns.values() if c.kind == "fen" and c.mark == "key"}
    assert stated <= set(table.sums)


def test_which_tables_have_no_key() -> None:
    assert {table.name for table in CONTRACT if table.has_row_id} == KEYLESS


def test_which_tables_are_needed() -> None:
    assert {table.name for table in CONTRACT if table.needed} == {"mdtrt_d", "setl_d", "fee_list_d"}


@pytest.mark.parametrize(
    ("table", "key", "filled", "required"),
    [
        ("mdtrt_d", "mdtrt_id", "mdtrt_id psn_no fixmedins_code vali_flag", "med_type begntime endtime insu_admdvs"),
        (
            *("setl_d", "setl_id", "setl_id psn_no fixmedins_code medfee_sumamt fund_pay_sumamt vali_flag"),
            "mdtrt_id setl_time med_type refd_setl_flag",
        ),
        (
            *("fee_list_d", "mdtrt_id bkkp_sn"),
            "mdtrt_id bkkp_sn psn_no fixmedins_code med_list_codg cnt det_item_fee_sumamt vali_flag",
            "setl_id fee_ocur_time pric inscp_amt",
        ),
        (
            *("setl_list_diag_d", "setl_list_diag_id", "setl_list_diag_id psn_no diag_code"),
            "setl_id mdtrt_id diag_type maindiag_flag",
        ),
        (
            *("setl_list_oprn_d", "setl_list_oprn_id", "setl_list_oprn_id psn_no"),
            "setl_id mdtrt_id oprn_oprt_code oprn_oprt_begntime oprn_oprt_endtime",
        ),
        ("fixmedins_b", "fixmedins_code begndate status_from", "fixmedins_code", "fixmedins_name fixmedins_type"),
        ("medstff_b", "stff_code fixmedins_code begndate", "stff_code fixmedins_code", ""),
        ("psn_insu_d", "psn_insu_rlts_id", "psn_insu_rlts_id psn_no", "begndate"),
        ("drord_d", "mdtrt_id drord_no", "drord_no mdtrt_id", ""),
        ("exam_rpot", "rpot_id med_list_codg", "rpot_id mdtrt_id", ""),
        ("test_rpot", "rpot_id item_name med_list_codg samp_no", "rpot_id mdtrt_id", ""),
        ("face_template", "template_id model_id", "template_id model_id embedding", ""),
        ("drug_trac_map", "trac_prefix med_list_codg", "trac_prefix med_list_codg", ""),
        ("selinfo_3505", "", "fixmedins_code med_list_codg sel_retn_cnt sel_retn_time", ""),
        ("drug_trac_3513", "", "fixmedins_code med_list_codg drug_trac_codg crte_time", ""),
        ("person_registry", "", "certno kind begndate", ""),
    ],
)
def test_marks_and_keys(table: str, key: str, filled: str, required: str) -> None:
    declared = CONTRACT[table]
    assert declared.key == tuple(key.split())
    assert set(declared.filled) == set(filled.split())
    assert set(declared.required) == {*filled.split(), *required.split()}


def test_official_aliases() -> None:
    headers = CONTRACT["fee_list_d"].headers
    assert [headers[h] for h in ("feedetl_sn", "bilg_dr_codg", "drord_no", "inscp_scp_amt")] == [
        *("bkkp_sn", "bilg_dr_code", "rx_drord_no", "inscp_amt"),
    ]
    assert CONTRACT["mdtrt_d"].headers["人员编号"] == "psn_no"


def test_provinces_append_digits_to_some_codes() -> None:
    assert CONTRACT.codes["med_type"].label("140104") == "门诊慢特病"
    assert CONTRACT.codes["gend"].label("11") is None


def test_the_page_is_fresh() -> None:
    shown = Path(__file__).parents[2] / "docs" / "CONTRACT.md"
    assert shown.read_text(encoding="utf-8") == page(), "run python -m graph.contract.page"
