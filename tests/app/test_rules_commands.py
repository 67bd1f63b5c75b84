"""`rules test`, `set`, `approve` and `changes` as they are typed; a change of two people counts in the next run."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.leads import Leads, run
from graph.errors import WrongUse
from graph.home import Home
from graph.ledger import Ledger
from tests.app.tuning.boxes import RULE, two_boxes_twice


def said(home: Home, *words: str) -> str:
    answer = CliRunner().invoke(app, ["--home", str(home.root), *words], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_the_shipped_cases_of_a_rule_are_run(home: Home) -> None:
    trials = json.loads(said(home, "rules", "test", RULE, "--json"))

    assert {trial["case"].partition("_")[0] for trial in trials} == {"fires", "quiet"}
    assert "min_codes = 3" in said(home, "rules", "test", RULE)


def test_a_change_of_two_people_counts_in_the_next_run_and_stands_in_the_ledger(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    two_boxes_twice(home)
    monkeypatch.setenv("LOGNAME", "ann")
    change = json.loads(said(home, "rules", "set", RULE, "min_codes=2", "--reason", "two are enough here", "--json"))["id"]
    with pytest.raises(WrongUse, match="ann proposed"):
        said(home, "rules", "approve", change)
    assert run(home).leads == 0

    monkeypatch.setenv("LOGNAME", "bob")
    said(home, "rules", "approve", change)
    assert run(home).leads == 1

    (lead,) = Leads.open(home).page().iter_rows(named=True)
    assert json.loads(lead["sources"])[0]["version"] == 1001
    assert [(entry["action"], entry["reason"]) for entry in Ledger(home).tail()] == [
        ("rules.set", "two are enough here"),
        ("rules.approve", "two are enough here"),
    ]
    assert json.loads(said(home, "rules", "changes", "--json"))[0]["state"] == "in force"
    assert json.loads(said(home, "rules", "explain", RULE, "--json"))["parameters"]["min_codes"]["value"] == 2


def test_whatif_prints_both_sides(home: Home) -> None:
    two_boxes_twice(home)
    run(home)

    value = json.loads(said(home, "rules", "whatif", RULE, "--set", "min_codes=2", "--json"))

    assert (value["now"]["leads"], value["then"]["leads"]) == (0, 1)
    assert "pharmacy 11" in said(home, "rules", "whatif", RULE, "--set", "min_codes=2")
