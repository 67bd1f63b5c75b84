"""One small town through every layer: files, book, graph, rules, leads, grades; nobody in clear; a second time, and after a crash."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from graph.book import Manifest
from graph.contract import Identity
from graph.home import Home
from graph.normalise import normalised
from graph.server import Server
from graph.store import Store
from ingest.city import build
from tests.search import planted, search_home

LEAD_FIELDS = {
    *("lead_id", "rank", "pattern", "level", "score", "score_kind", "subject", "members", "amount_fen", "estimate_fen", "period"),
    *("sources", "evidence", "evidence_rows", "legal", "benign_checks", "state", "prior_verdict", "first_seen", "run_id"),
}


@dataclass(frozen=True)
class Town:
    home: Home
    data: Path
    key: Path

    def ask(self, *words: str, code: int = 0) -> str:
        command = [sys.executable, "-m", "app.cli", "--home", str(self.home.root), *words]
        said = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).resolve().parents[2])
        assert said.returncode == code, said.stderr[-2000:]
        return said.stdout

    def leads(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.ask("leads", "--format", "jsonl").splitlines()]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town of 1,500 persons and two months, taken in by the command line, its server running."""
    folder = tmp_path_factory.mktemp("town")
    build(folder / "city", persons=1_500, months=2, seed=5)
    made = Town(Home(folder / "home"), folder / "city" / "data", folder / "city" / "answer_key")
    made.ask("server", "start")
    made.ask("ingest", str(made.data), "--json")
    made.ask("detect", "--json")
    yield made
    Server(made.home).stop()


def test_leads_have_the_form_of_the_contract(town: Town) -> None:
    leads = town.leads()

    assert leads
    assert [lead["rank"] for lead in leads] == list(range(1, len(leads) + 1))
    assert all(set(lead) == LEAD_FIELDS for lead in leads)
    assert len({(lead["pattern"], str(lead["subject"])) for lead in leads}) == len(leads)
    assert all(len(lead["evidence"]) <= 2_000 and lead["evidence"] for lead in leads)  # type: ignore[arg-type]


def test_money_reconciles_to_the_fen(town: Town) -> None:
    report = json.loads(town.ask("check", str(town.data), "--json"))

    for counts in report["tables"].values():
        assert counts["read"] == counts["loaded"] + counts["quarantined"] + counts["repeated"]
        for sums in counts["sums"].values():
            assert sums["read_fen"] == sums["loaded_fen"] + sums["quarantined_fen"] + sums["repeated_fen"]


def test_only_rules_whose_tables_are_missing_are_switched_off(town: Town) -> None:
    report = json.loads(town.ask("check", str(town.data), "--json"))
    run = json.loads((town.home.runs / (town.home.runs / "CURRENT").read_text().strip() / "report.json").read_text(encoding="utf-8"))

    lacking = {rule["rule_id"]: rule["switched_off"].split(", ") for rule in run["rules"]["rules"] if rule["switched_off"]}
    off = {rule for rule, tables in lacking.items() if not all(table.startswith("kb_") for table in tables)}  # no delivery brings those
    assert set(report["switched_off"]) == off


def test_rows_broken_on_purpose_are_the_ones_in_quarantine(town: Town) -> None:
    report = json.loads(town.ask("check", str(town.data), "--json"))
    planned = [json.loads(line) for line in (town.key / "broken_rows.jsonl").read_text(encoding="utf-8").splitlines()]

    assert {(q["table"], q["record"]) for q in report["quarantine"]} == {(row["table"], row["record"]) for row in planned}


def test_grades_are_made_from_the_last_run(town: Town) -> None:
    grades = json.loads(town.ask("evaluate", "--key", str(town.key), "--json"))

    assert grades["all"]["leads"] == len(town.leads())
    assert grades["all"]["found"] > 0


def test_the_graph_holds_the_leads_and_what_they_are_about(town: Town) -> None:
    with Store.open(town.home) as store:
        rows = store.read("MATCH (l:Lead) RETURN l.lead_id AS id, COUNT { (l)-[:ABOUT]->() } AS about")

    ring = {str(lead["lead_id"]) for lead in town.leads() if lead["subject"]["type"] == "ring"}  # type: ignore[index]
    assert {str(row["id"]) for row in rows} == {str(lead["lead_id"]) for lead in town.leads()}
    assert all(row["about"] for row in rows if row["id"] not in ring)


def test_nobody_stands_in_clear_in_what_the_home_keeps(town: Town, tmp_path: Path) -> None:
    # a placeholder such as eleven zeros names nobody, and may stand in any hash
    found = {cast("Identity", kind): sorted(values) for kind, values in planted(town.data).items()}
    people = {value for kind, values in found.items() for value, form in zip(values, normalised(kind, values), strict=True) if form}

    assert search_home(town.home, people, tmp_path) == []


def test_the_same_delivery_twice_changes_nothing(town: Town) -> None:
    book, leads = Manifest.read(town.home.book).digest(), town.leads()
    again = json.loads(town.ask("ingest", str(town.data), "--json"))

    assert all(counts["loaded"] == 0 for counts in again["tables"].values())
    assert Manifest.read(town.home.book).digest() == book
    assert town.leads() == leads


def test_a_second_run_knows_its_leads_again(town: Town) -> None:
    before = {lead["lead_id"] for lead in town.leads()}
    town.ask("detect", "--json")

    after = town.leads()
    assert {lead["lead_id"] for lead in after} == before
    assert {lead["state"] for lead in after} == {"unchanged"}


def test_after_a_crash_of_the_server_the_next_command_goes_on(town: Town) -> None:
    pid = Server(town.home).status().pid
    assert pid
    os.kill(pid, signal.SIGKILL)

    town.ask("server", "start")
    with Store.open(town.home) as store:
        assert store.read("MATCH (l:Lead) RETURN count(l) AS n")[0]["n"] == len(town.leads())


def test_the_ledger_is_whole(town: Town) -> None:
    verdict = json.loads(town.ask("audit", "verify", "--json"))

    assert verdict["first_broken"] is None
    assert verdict["entries"] >= 2  # the delivery and the run
