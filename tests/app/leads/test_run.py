"""The whole run, from a book with one crime to a lead that other programs read."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from app.leads import Leads, run
from graph.errors import NotBuiltYet
from graph.home import Home
from tests.books import make_book


def stays(home: Home) -> None:
    """Three persons, each in two hospitals at once; the second does nothing for them between admission and discharge."""
    start = datetime(2025, 7, 1, 9)
    visits, lines, settled = [], [], []
    for n in range(3):
        for at, shift, treated in (("H1", 0, range(6)), ("H2", 2, (0, 5))):
            mdtrt, about = f"M{n}{at}", {"psn_no": f"P{n}", "fixmedins_code": at, "vali_flag": "1"}
            begin, end = start + timedelta(days=shift), start + timedelta(days=shift + 6)
            visits.append({**about, "mdtrt_id": mdtrt, "med_type": "2101", "begntime": begin, "endtime": end})
            lines += [_line(about, mdtrt, day, begin) for day in treated]
            settled.append({**about, "setl_id": f"Z{mdtrt}", "mdtrt_id": mdtrt, "setl_time": end, "med_type": "2101"} | _MONEY)
    make_book(home, {"mdtrt_d": visits, "fee_list_d": lines, "setl_d": settled})


_MONEY = {"medfee_sumamt": 60_000, "fund_pay_sumamt": 50_000, "refd_setl_flag": "0"}


def _line(about: dict[str, str], mdtrt: str, day: int, begin: datetime) -> dict[str, object]:
    bill = {"med_list_codg": "001101", "cnt": 1, "pric": 100, "det_item_fee_sumamt": 10_000, "inscp_amt": 10_000}
    when = begin + timedelta(days=day)
    return {**about, **bill, "mdtrt_id": mdtrt, "bkkp_sn": str(day), "setl_id": f"Z{mdtrt}", "fee_ocur_time": when}


def test_a_crime_in_the_book_becomes_a_lead_with_rows_that_other_programs_read(home: Home, tmp_path: Path) -> None:
    stays(home)
    said: list[str] = []

    made = run(home, progress=lambda message, _fraction: said.append(message))

    leads = Leads.open(home)
    assert leads.run_id == made.run_id
    assert re.fullmatch(r"\d{8}T\d{9}-[0-9a-f]{8}", made.run_id)
    overlap = leads.page({"pattern": "phantom_bed"}).row(0, named=True)
    assert overlap["institution_name"] is None
    assert "overlapping_stays" in overlap["sources"]
    leads.write("jsonl", tmp_path / "leads.jsonl")
    first = json.loads((tmp_path / "leads.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert first["evidence"]
    assert sum(entry["amount_fen"] for entry in first["evidence"]) == first["amount_fen"]
    assert "roll-up" in said


def test_the_run_tells_what_it_did(home: Home) -> None:
    stays(home)
    value = run(home).to_json()

    assert {"run_id", "findings", "leads", "patterns", "seconds", "rules", "graph"} <= set(value)
    assert json.loads(json.dumps(value, default=str))["scope"] == {"only": None, "date_from": None, "date_to": None}
    assert Leads.open(home).report["run_id"] == value["run_id"]


def test_a_period_without_a_crime_has_no_lead(home: Home) -> None:
    stays(home)

    assert run(home, date_from=date(2026, 1, 1)).leads == 0


def test_what_comes_later_says_so(home: Home) -> None:
    with pytest.raises(NotBuiltYet):
        run(home, only="scores")
