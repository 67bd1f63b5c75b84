"""A small sound delivery that tests break in one place each."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

Rows = list[dict[str, str]]
Tables = dict[str, Rows]

PERSONS = (("P1", "张建国", "11010519491231002X", "13812342207"), ("P2", "李秀英", "110105198001011234", "13955556666"))
VISITS = (("M1", "P1", "2025-07-01 08:30:00"), ("M2", "P2", "2025-07-15 09:00:00"), ("M3", "P1", "2025-08-02 10:00:00"))


def tables() -> Tables:
    """Two persons, three visits in two months, six lines, two sales of boxes."""
    person = {p[0]: p for p in PERSONS}
    return {
        "mdtrt_d": [
            {
                "mdtrt_id": m,
                "psn_no": p,
                "psn_name": person[p][1],
                "certno": person[p][2],
                "tel": person[p][3],
                "addr": "四川省成都市武侯区某某街道1号",
                "fixmedins_code": "H51010000001",
                "vali_flag": "1",
                "med_type": "11",
                "begntime": at,
                "endtime": at,
                "insu_admdvs": "510100",
            }
            for m, p, at in VISITS
        ],
        "setl_d": [
            {
                "setl_id": f"S{m[1:]}",
                "mdtrt_id": m,
                "psn_no": p,
                "fixmedins_code": "H51010000001",
                "vali_flag": "1",
                "med_type": "11",
                "setl_time": at,
                "refd_setl_flag": "0",
                "medfee_sumamt": "30.50",
                "fund_pay_sumamt": "20.25",
            }
            for m, p, at in VISITS
        ],
        "fee_list_d": [
            {
                "mdtrt_id": m,
                "bkkp_sn": f"{m}-{n}",
                "setl_id": f"S{m[1:]}",
                "psn_no": p,
                "fixmedins_code": "H51010000001",
                "fee_ocur_time": at,
                "med_list_codg": "001102000010000",
                "medins_list_name": "诊查费(普通)",
                "cnt": "2",
                "pric": "7.625",
                "det_item_fee_sumamt": "15.25",
                "inscp_amt": "10.10",
                "vali_flag": "1",
                "bilg_dr_name": "王医生",
            }
            for m, p, at in VISITS
            for n in (1, 2)
        ],
        "selinfo_3505": [
            {
                "fixmedins_code": "P51010000001",
                "med_list_codg": "XA01ABD075A002010100483",
                "sel_retn_cnt": "2",
                "psn_no": "P1",
                "sel_retn_time": "2025-07-03 12:00:00",
                "drug_trac_codg": "81000000000000000001;81000000000000000002",
            }
            for _ in (1, 2)
        ],
    }


def text(rows: Sequence[Mapping[str, str]], *, delimiter: str = ",", quote: str = '"', header: Sequence[str] | None = None) -> str:
    """Rows as CSV text; `header` replaces the names of the columns."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quotechar=quote, lineterminator="\n")
    writer.writerow(header or rows[0])
    writer.writerows(row.values() for row in rows)
    return out.getvalue()


def write(folder: Path, delivered: Mapping[str, Sequence[Mapping[str, str]]], note: str = "", **files: bytes) -> Path:
    """Write a delivery: tables as UTF-8 CSV, then whole files by table name, which win."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in delivered.items():
        (folder / f"{table}.csv").write_text(text(rows), encoding="utf-8")
    for table, content in files.items():
        (folder / f"{table}.csv").write_bytes(content)
    if note:
        (folder / "delivery.toml").write_text(note, encoding="utf-8")
    return folder
