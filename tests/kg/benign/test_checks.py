"""How the checks are declared, and what a lead prints of them."""

from __future__ import annotations

import json
from pathlib import Path

from graph.home import Home
from kg.benign import CHECKS
from tests.app.leads.findings import Hit, line, make_run
from tests.books import make_book


def test_the_six_stories_of_this_version_are_there() -> None:
    assert {"family_proxy", "refund_or_retry", "feed_missing", "group_with_reason", "planned_cycle", "real_with_record"} <= set(CHECKS)


def test_a_story_that_cannot_be_tested_yet_is_printed_as_no_data(tmp_path: Path) -> None:
    made = make_run(Home(tmp_path).make(), Hit("phantom_bed", [line("M1")], subject=("patient", "P1"), checks=["case_mix"]))

    (check,) = json.loads(made.page()["benign_checks"][0])
    assert (check["name"], check["verdict"], check["detail"]) == ("case_mix", "no_data", "本版本尚不能检验此项")


def test_an_explained_finding_leaves_its_lead_and_the_others_stay(tmp_path: Path) -> None:
    """A household at the till explains one hit of the shop; the hit with strangers remains, and the lead says what was tested."""
    home = Home(tmp_path).make()
    make_book(home, {"psn_b": [{"psn_no": "A", "family_id": "F"}, {"psn_no": "B", "family_id": "F"}, {"psn_no": "C", "family_id": "G"}]})

    def till(*persons: str) -> Hit:
        rows = [line(f"M{persons}{p}", psn=p, at="S1", fen=100) for p in persons]
        return Hit("card_cashing", rows, subject=("pharmacy", "S1"), checks=["family_proxy"])

    made = make_run(home, till("A", "B"), till("A", "C"))

    assert made.report["explained"] == {"family_proxy": 1}
    lead = made.page().row(0, named=True)
    assert (lead["evidence_rows"], lead["amount_fen"]) == (2, 200)
    assert json.loads(lead["benign_checks"])[0]["verdict"] == "excluded"
