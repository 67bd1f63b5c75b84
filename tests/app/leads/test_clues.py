"""A clue adds a source to the leads that it points at; alone it makes none, and what the informant wrote never comes out."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.leads import Leads
from app.leads.clues import listed
from graph.home import Home
from tests.app.leads.findings import Hit, Row, line, make_run
from tests.books import make_book

SECRET = "the nurse on ward 3 told me"


def clue(name: str, **about: str) -> dict[str, object]:
    return {"clue_id": name, "source": "tip", "received_at": datetime(2025, 7, 2), "text": SECRET, **about}


def shop_lead(home: Home, *clues: dict[str, object]) -> Leads:
    """One lead about a pharmacy, which cites one settlement, and clues."""
    make_book(home, {"clue": list(clues)})
    cited = [line("M1", at="S1"), Row("setl_d", {"setl_id": "Z1"}, psn="P1", at="S1", setl="Z1")]
    return make_run(home, Hit("card_cashing", cited, subject=("pharmacy", "S1")))


def sources(leads: Leads) -> list[tuple[str, str]]:
    (lead,) = leads.page().iter_rows(named=True)
    return [(source["kind"], source["id"]) for source in json.loads(lead["sources"])]


def test_a_clue_joins_the_lead_about_its_subject(home: Home) -> None:
    assert sources(shop_lead(home, clue("C1", subject_type="pharmacy", subject_id="S1"))) == [("rule", "rule_a"), ("clue", "C1")]


def test_a_clue_joins_the_lead_that_cites_its_settlement(home: Home) -> None:
    assert sources(shop_lead(home, clue("C1", setl_id="Z1"))) == [("rule", "rule_a"), ("clue", "C1")]


@pytest.mark.parametrize(
    "about",
    [{}, {"subject_type": "pharmacy", "subject_id": "S2"}, {"subject_type": "patient", "subject_id": "S1"}, {"setl_id": "Z2"}],
)
def test_a_clue_about_something_else_joins_nothing_and_makes_no_lead(home: Home, about: dict[str, str]) -> None:
    assert sources(shop_lead(home, clue("C1", **about))) == [("rule", "rule_a")]
    assert [(row["clue_id"], row["leads"]) for row in listed(home).to_dicts()] == [("C1", [])]


def test_a_clue_counts_once_and_changes_neither_probability_nor_money(home: Home) -> None:
    alone = shop_lead(home).page().row(0, named=True)
    told = shop_lead(home, clue("C1", subject_type="institution", subject_id="S1", setl_id="Z1"), clue("C2", setl_id="Z1"))
    lead = told.page().row(0, named=True)

    assert sources(told) == [("rule", "rule_a"), ("clue", "C1"), ("clue", "C2")]
    assert (lead["score"], lead["amount_fen"], lead["sentence_zh"]) == (alone["score"], alone["amount_fen"], alone["sentence_zh"])


def test_every_clue_is_listed_with_its_leads(home: Home) -> None:
    leads = shop_lead(home, clue("C1", setl_id="Z1"), clue("C2"))

    assert {row["clue_id"]: row["leads"] for row in listed(home).to_dicts()} == {"C1": [leads.page()["lead_id"][0]], "C2": []}


def test_what_the_informant_wrote_never_comes_out(home: Home, tmp_path: Path) -> None:
    leads = shop_lead(home, clue("C1", setl_id="Z1"))
    for form in ("jsonl", "csv"):
        leads.write(form, tmp_path / f"leads.{form}")
    said = [CliRunner().invoke(app, ["--home", str(home.root), *words]).output for words in (["clues"], ["explain", "institution:S1"])]

    printed = "".join([*said, *(path.read_text(encoding="utf-8") for path in tmp_path.glob("leads.*"))])
    assert "C1" in printed
    assert SECRET not in printed
    assert all(SECRET.encode() not in path.read_bytes() for path in leads.folder.iterdir())
