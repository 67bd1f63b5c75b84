"""A line once over all rules; capped by what was paid; and the order of the queue."""

from __future__ import annotations

import json

import polars as pl
import pytest

from app.leads import rank
from graph.home import Home
from tests.app.leads.findings import Hit, Row, line, make_run, stay
from tests.books import make_book


def only(home: Home, *hits: Hit) -> dict[str, object]:
    (row,) = make_run(home, *hits).page().iter_rows(named=True)
    return row


def test_a_line_that_two_rules_cite_counts_once_with_the_larger_claim(home: Home) -> None:
    half = Hit("phantom_bed", [line("M1", fen=500)], subject=("patient", "P1"), rule="half")
    whole = Hit("phantom_bed", [line("M1", fen=900)], subject=("patient", "P1"), rule="whole")

    lead = only(home, half, whole)

    assert (lead["amount_fen"], lead["evidence_rows"]) == (900, 1)


def test_the_same_money_through_two_tables_counts_once(home: Home) -> None:
    settled = Row("setl_d", {"setl_id": "Z1"}, fen=5_000, psn="P1", at="H1", visit="M1", setl="Z1")
    lead = only(home, Hit("phantom_bed", [line("M1", fen=800), settled, stay("M1", fen=4_000)], subject=("patient", "P1")))

    assert lead["amount_fen"] == 800


def test_a_settlement_carries_the_money_of_a_visit_whose_lines_are_not_cited(home: Home) -> None:
    settled = Row("setl_d", {"setl_id": "Z1"}, fen=5_000, psn="P1", at="H1", visit="M1", setl="Z1")

    assert only(home, Hit("phantom_bed", [settled, stay("M1", fen=4_000)], subject=("patient", "P1")))["amount_fen"] == 5_000


def test_the_evidence_adds_up_to_the_lead(home: Home) -> None:
    leads = make_run(home, Hit("phantom_bed", [line("M1", fen=800), stay("M1", fen=4_000), line("M2", fen=70)], subject=("patient", "P1")))

    assert sum(leads.evidence(leads.page()["lead_id"][0])["amount_fen"]) == leads.page()["amount_fen"][0] == 870


def test_paid_is_capped_per_settlement(home: Home) -> None:
    rows = [
        line("M1", "1", fen=800, setl="Z1", cap=1_000),
        line("M1", "2", fen=800, setl="Z1", cap=1_000),
        line("M2", fen=100, setl="Z2", cap=900),
    ]

    lead = only(home, Hit("phantom_bed", rows, subject=("patient", "P1")))

    assert (lead["amount_fen"], lead["paid_fen"]) == (1_700, 1_100)


def test_what_was_paid_is_unknown_where_no_settlement_says_it(home: Home) -> None:
    assert only(home, Hit("phantom_bed", [line("M1", fen=800)], subject=("patient", "P1")))["paid_fen"] is None


def test_estimates_stand_beside_and_are_not_added_over_rules(home: Home) -> None:
    one = Hit("drug_swap", [line("M1", fen=0, at="S1")], subject=("pharmacy", "S1"), rule="a", estimate=4_000)
    two = Hit("drug_swap", [line("M1", fen=0, at="S1")], subject=("pharmacy", "S1"), rule="b", estimate=7_000)

    lead = only(home, one, two)

    assert (lead["amount_fen"], lead["estimate_fen"]) == (0, 7_000)


def test_the_run_counts_a_line_once_over_its_leads(home: Home) -> None:
    patient = Hit("phantom_bed", [line("M1", fen=800)], subject=("patient", "P1"))
    hospital = Hit("phantom_bed", [line("M1", fen=800)], subject=("hospital", "H1"))

    assert make_run(home, patient, hospital).report["amount_fen"] == 800


def test_several_rules_raise_the_probability_up_to_a_ceiling(home: Home) -> None:
    def signs(*priors: float) -> object:
        return only(
            home, *(Hit("phantom_bed", [line("M1")], subject=("patient", "P1"), rule=f"r{n}", prior=p) for n, p in enumerate(priors))
        )["score"]

    assert signs(0.5) == 0.5
    assert signs(0.5, 0.5) == 0.75
    assert signs(0.9, 0.9, 0.9) == rank.CEILING


def test_one_rule_that_hits_twice_is_one_sign(home: Home) -> None:
    hits = [Hit("phantom_bed", [line(f"M{n}")], subject=("patient", "P1"), rule="same") for n in range(2)]

    assert only(home, *hits)["score"] == 0.5


def test_rank_is_probability_times_yuan_by_hours(home: Home) -> None:
    rich = Hit("phantom_bed", [line("M1", fen=100_000)], subject=("patient", "P1"), prior=0.3, hours=1)
    dear = Hit("phantom_bed", [line("M2", psn="P2", fen=200_000)], subject=("patient", "P2"), prior=0.3, hours=4)
    poor = Hit("phantom_bed", [line("M3", psn="P3", fen=100)], subject=("patient", "P3"), prior=0.9, hours=1)

    page = make_run(home, rich, dear, poor).page()

    assert page["subject_id"].to_list() == ["P1", "P2", "P3"]
    assert page["value"].to_list() == [300.0, 150.0, 0.9]
    assert page["hours_before"].to_list() == [0.0, 1.0, 5.0]
    assert set(page["score_kind"]) == {"prior"}


def test_an_innocent_story_that_holds_lowers_probability_and_level(home: Home) -> None:
    make_book(home, {"psn_b": [{"psn_no": "P1", "family_id": "F"}, {"psn_no": "P2", "family_id": "F"}]})
    hit = Hit("phantom_bed", [line("M1")], subject=("patient", "P1"), level="clear_violation", prior=0.5, checks=["family_proxy"])

    lead = only(home, hit)

    assert lead["score"] == pytest.approx(0.5 * rank.DOUBT)
    assert lead["level"] == "suspicious"
    (check,) = json.loads(str(lead["benign_checks"]))
    assert (check["name"], check["verdict"]) == ("family_proxy", "not_excluded")


def test_noisy_or_of_nothing_shared() -> None:
    frame = pl.DataFrame({"prior": [0.2, 0.5]})

    assert frame.select(rank.noisy_or("prior")).item() == pytest.approx(0.6)
