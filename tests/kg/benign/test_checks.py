"""How the checks are declared, and what a lead prints of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from graph.home import Home
from kg.benign import CHECKS
from tests.app.leads.findings import Hit, line, make_run
from tests.books import make_book


def test_every_story_says_what_it_tests_in_two_languages_and_why_its_limits_are_so() -> None:
    assert len(CHECKS) == 22
    for check in CHECKS.values():
        assert all((check.zh, check.en, check.test, check.says_zh, check.says_en, check.unknown_zh, check.unknown_en))
        assert {f"${name}" for name in check.parameters} <= set(re.findall(r"[$]\w+", check.query))


def test_a_story_of_another_version_is_printed_as_no_data(tmp_path: Path) -> None:
    made = make_run(Home(tmp_path).make(), Hit("phantom_bed", [line("M1")], subject=("patient", "P1"), checks=["told_elsewhere"]))

    (check,) = json.loads(made.page()["benign_checks"][0])
    assert (check["name"], check["verdict"], check["detail"]) == ("told_elsewhere", "no_data", "本版本尚不能检验此项")


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
