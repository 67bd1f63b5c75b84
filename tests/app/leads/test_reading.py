"""What other programs and people read of a run: data-contract 2.1, pages, cited rows, files."""

from __future__ import annotations

import csv
import json
import os
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from app.leads.cited import SAMPLE
from app.leads.folder import find_run, new_run, point_at
from app.leads.reading import Leads
from graph.errors import EnvironmentAtFault, WrongUse
from graph.home import Home
from graph.lock import hold
from tests.app.leads.findings import Hit, box, line, make_run
from tests.books import make_book

FIELDS = (
    *(
        "lead_id",
        "rank",
        "pattern",
        "level",
        "score",
        "score_kind",
        "subject",
        "members",
        "amount_fen",
        "estimate_fen",
        "period",
        "sources",
    ),
    *("evidence_rows", "legal", "benign_checks", "state", "prior_verdict", "first_seen", "run_id", "evidence"),
)


def bed(*visits: str, psn: str = "P1", fen: int = 100) -> Hit:
    return Hit("phantom_bed", [line(v, psn=psn, fen=fen) for v in visits], subject=("patient", psn))


def lines(leads: Leads, out: Path, *, everything: bool = False) -> list[dict[str, object]]:
    leads.write("jsonl", out, everything=everything)
    return [json.loads(text) for text in out.read_text(encoding="utf-8").splitlines()]


def test_a_line_of_leads_is_the_object_of_the_contract(home: Home, tmp_path: Path) -> None:
    hit = Hit(
        "phantom_bed",
        [line("M1", fen=100, day=date(2025, 7, 3))],
        subject=("patient", "P1"),
        rule="night",
        version=2,
        prior=0.4,
        checks=["planned_cycle"],
    )

    (lead,) = lines(make_run(home, hit, started=datetime(2026, 1, 2)), tmp_path / "leads.jsonl")

    assert set(lead) == set(FIELDS)
    assert lead["subject"] == {"type": "patient", "id": "P1"}
    assert lead["period"] == ["2025-07-03", "2025-07-03"]
    assert lead["sources"] == [{"kind": "rule", "id": "night", "version": 2, "score": 0.4}]
    assert lead["evidence"] == [{"table": "fee_list_d", "key": {"mdtrt_id": "M1", "bkkp_sn": "1"}, "amount_fen": 100}]
    assert lead["benign_checks"] == [{"name": "planned_cycle", "verdict": "no_data", "detail": "就诊无诊断，次数不足 4 次，无从判断周期"}]
    assert set(lead["legal"][0]) == {"statute", "article", "paragraph", "item"}
    assert (lead["state"], lead["prior_verdict"], lead["first_seen"], lead["score"]) == ("new", None, "2026-01-02", 0.4)
    assert (lead["amount_fen"], lead["estimate_fen"], lead["members"], lead["evidence_rows"]) == (100, None, [], 1)


def test_lines_come_by_rank_and_gone_ones_only_on_demand(home: Home, tmp_path: Path) -> None:
    make_run(home, bed("M1", psn="P1"), bed("M2", psn="P2", fen=900), bed("M3", psn="P3"))
    leads = make_run(home, bed("M1", psn="P1"), bed("M2", psn="P2", fen=900))

    assert [lead["rank"] for lead in lines(leads, tmp_path / "a")] == [1, 2]
    assert [lead["subject"]["id"] for lead in lines(leads, tmp_path / "a")] == ["P2", "P1"]  # type: ignore[index]
    assert [lead["state"] for lead in lines(leads, tmp_path / "b", everything=True)] == ["unchanged", "unchanged", "gone"]


def test_beyond_2000_rows_the_list_is_an_even_sample_over_units(home: Home, tmp_path: Path) -> None:
    big = [line("M1", str(n)) for n in range(5_000)]
    small = [line(f"S{n}", "1") for n in range(500)]

    (lead,) = lines(make_run(home, Hit("phantom_bed", big + small, subject=("patient", "P1"))), tmp_path / "leads.jsonl")

    shown = [entry["key"]["mdtrt_id"] for entry in lead["evidence"]]  # type: ignore[attr-defined]
    assert lead["evidence_rows"] == 5_500
    assert len(shown) == SAMPLE
    assert len({visit for visit in shown if visit != "M1"}) == 500  # every unit is there


def test_pages_filter_sort_and_cut(home: Home) -> None:
    leads = make_run(
        home, bed("M1", psn="P1"), bed("M2", psn="P2", fen=900), Hit("card_cashing", [line("M3", at="S1")], subject=("pharmacy", "S1"))
    )

    assert leads.count({"pattern": "phantom_bed"}) == 2
    assert leads.page({"pattern": ["phantom_bed", "card_cashing"]}, sort="amount_fen", descending=True, limit=1, offset=1)[
        "amount_fen"
    ].to_list() == [900]
    with pytest.raises(WrongUse, match="column 'wealth'"):
        leads.page({"wealth": 1})
    with pytest.raises(WrongUse, match="column 'rank; DROP"):
        leads.page(sort="rank; DROP")


def test_cited_rows_come_from_the_book_with_delivery_file_and_record(home: Home) -> None:
    fee = {"bkkp_sn": "1", "psn_no": "P1", "fee_ocur_time": datetime(2025, 7, 1, 9), "med_list_codg": "X1"}
    make_book(home, {"fee_list_d": [{**fee, "mdtrt_id": "M0"}, {**fee, "mdtrt_id": "M1"}]})
    leads = make_run(home, bed("M1", "M2"))
    lead_id = leads.page()["lead_id"][0]

    (row,) = leads.evidence(lead_id, "fee_list_d").iter_rows(named=True)

    assert (row["mdtrt_id"], row["med_list_codg"], row["claimed_fen"]) == ("M1", "X1", 100)
    assert (row["delivery_id"], row["source_file"], row["source_record"]) == ("made-by-hand", "fee_list_d.csv", 2)
    assert leads.evidence(lead_id).height == 2
    assert leads.evidence(lead_id, "setl_d").is_empty()


def test_a_cited_row_without_key_is_found_by_its_row_id(home: Home) -> None:
    sold = {"row_id": "sale-T1-S1-P1", "fixmedins_code": "S1", "sel_retn_time": datetime(2025, 7, 1), "drug_trac_codg": "T1"}
    make_book(home, {"selinfo_3505": [sold]})
    leads = make_run(home, Hit("reflux_drug", [box("T1")], subject=("pharmacy", "S1")))

    assert leads.evidence(leads.page()["lead_id"][0], "selinfo_3505")["drug_trac_codg"].to_list() == ["T1"]


def test_one_lead_and_those_that_name_somebody(home: Home) -> None:
    shop = Hit("card_cashing", [line("M1", at="S1")], subject=("pharmacy", "S1"), members=[("doctor", "D1", "organiser")])
    leads = make_run(home, shop, bed("M2"))

    assert leads.naming("doctor", "D1") == leads.naming("institution", "S1") != leads.naming("patient", "P1")
    assert leads.naming("doctor", "D") == []
    assert leads.explain("doctor:D1")["subject_id"] == "S1"
    with pytest.raises(WrongUse, match="the lead nobody"):
        leads.lead("nobody")
    with pytest.raises(WrongUse, match="doctor:D9"):
        leads.explain("doctor:D9")


def test_csv_cells_are_made_harmless(home: Home, tmp_path: Path) -> None:
    make_book(home, {"fixmedins_b": [{"fixmedins_code": "S1", "fixmedins_name": "=HYPERLINK(1)"}]})
    make_run(home, Hit("card_cashing", [line("M1", at="S1")], subject=("pharmacy", "S1"))).write("csv", tmp_path / "leads.csv")

    (row,) = csv.DictReader((tmp_path / "leads.csv").read_text(encoding="utf-8").splitlines())
    assert row["institution_name"] == "'=HYPERLINK(1)"


def test_parquet_table_and_an_unknown_format(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leads = make_run(home, bed("M1"))
    leads.write("parquet", tmp_path / "leads.parquet")
    leads.write("table")

    assert pl.read_parquet(tmp_path / "leads.parquet").height == 1
    assert leads.page()["lead_id"][0] in capsys.readouterr().out
    for form in ("xml", "parquet"):
        with pytest.raises(WrongUse, match=form):
            leads.write(form)


def test_findings_come_with_their_evidence(home: Home, tmp_path: Path) -> None:
    leads = make_run(home, bed("M1", "M2"))
    leads.write_findings("jsonl", tmp_path / "f.jsonl")
    leads.write_findings("csv", tmp_path / "f.csv")

    (finding,) = [json.loads(text) for text in (tmp_path / "f.jsonl").read_text(encoding="utf-8").splitlines()]
    assert finding["subject"] == {"type": "patient", "id": "P1"}
    assert [e["key"]["mdtrt_id"] for e in finding["evidence"]] == ["M1", "M2"]
    assert set(finding) == {"finding_id", "rule_id", "rule_version", "subject", "amount_fen", "estimate_fen", "facts", "run_id", "evidence"}


# the folder of a run


def test_a_run_reads_by_itself_after_it_was_copied(home: Home, tmp_path: Path) -> None:
    made = make_run(home, bed("M1"))
    elsewhere = Home(tmp_path / "other").make()
    elsewhere.runs.mkdir()
    made.folder.rename(elsewhere.runs / made.run_id)
    point_at(elsewhere, made.run_id)

    assert Leads.open(elsewhere).count() == 1


def test_a_killed_run_is_not_there_and_is_swept_by_the_next(home: Home) -> None:
    make_run(home, bed("M1"))
    with pytest.raises(ZeroDivisionError), new_run(home, "20990101T000000000-dead") as folder:
        (folder / str(1 // 0)).touch()
    assert list(home.runs.glob(".part-*"))
    assert Leads.open(home).count() == 1

    make_run(home, bed("M1"))
    assert not list(home.runs.glob(".part-*"))


def test_two_runs_at_once_the_second_is_refused(home: Home) -> None:
    with hold(home, "runs", "detect"), pytest.raises(EnvironmentAtFault, match=str(os.getpid())), new_run(home, "x"):
        pass


def test_no_run_says_what_to_type(home: Home) -> None:
    with pytest.raises(WrongUse, match="ringscope detect"):
        find_run(home)
    make_run(home, bed("M1"))
    with pytest.raises(WrongUse, match="the run 1999"):
        find_run(home, "1999")


def test_an_empty_run_has_empty_lists(home: Home, tmp_path: Path) -> None:
    leads = make_run(home)

    assert leads.page().is_empty()
    assert lines(leads, tmp_path / "leads.jsonl") == []
