"""An early warning stands beside the leads of its subject; it makes none, and changes neither rows, money nor probability."""

import json

import pytest

from app.leads import Leads
from graph.home import Home
from kg.rulebook import RULEBOOK
from tests.app.leads.findings import Hit, line, make_run

WARNING = "peer_anomaly_index"
DEED = Hit("card_cashing", [line("M1", at="S1"), line("M2", at="S1", psn="P2")], subject=("pharmacy", "S1"))


def warning(place: str, kind: str = "institution") -> Hit:
    rows = [line(f"W{n}", at=place, psn=f"Q{n}", fen=9_000) for n in range(5)]
    return Hit("fictitious_service", rows, subject=(kind, place), rule=WARNING, prior=0.9)


def sources(leads: Leads) -> list[tuple[str, str, float | None]]:
    (lead,) = leads.page().iter_rows(named=True)
    return [(source["kind"], source["id"], source["score"]) for source in json.loads(lead["sources"])]


def test_the_warning_lines_are_declared_so() -> None:
    assert {rule.id for rule in RULEBOOK.values() if rule.warns} == {WARNING, "growth_warning_line", "fund_ratio_warning_line"}


def test_a_warning_alone_accuses_nobody(home: Home) -> None:
    assert make_run(home, warning("S1")).page().is_empty()


@pytest.mark.parametrize("kind", ["institution", "pharmacy"])
def test_a_warning_stands_beside_the_leads_of_its_subject_and_changes_nothing_else(home: Home, kind: str) -> None:
    alone = make_run(home, DEED).page().row(0, named=True)
    leads = make_run(home, DEED, warning("S1", kind))
    lead = leads.page().row(0, named=True)

    assert sources(leads) == [("rule", "rule_a", 0.5), ("rule", WARNING, None)]
    same = ("lead_id", "score", "amount_fen", "evidence_rows", "work_hours", "members", "sentence_zh")
    assert {name: lead[name] for name in same} == {name: alone[name] for name in same}


def test_a_warning_about_somebody_else_stands_beside_nothing(home: Home) -> None:
    assert sources(make_run(home, DEED, warning("S2"))) == [("rule", "rule_a", 0.5)]


def test_a_warning_takes_no_rows_from_a_deed_of_its_family(home: Home) -> None:
    """phantom_billing comes after fictitious_service, and would lose what a lead of that pattern cites."""
    billed = Hit("phantom_billing", warning("S1").rows, subject=("institution", "S1"))

    (lead,) = make_run(home, billed, warning("S1")).page().iter_rows(named=True)

    assert (lead["pattern"], lead["amount_fen"]) == ("phantom_billing", 45_000)
