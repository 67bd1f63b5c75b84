"""The rule at the head of patterns.toml: whom does a finding accuse?"""

from __future__ import annotations

import polars as pl

from graph.home import Home
from tests.app.leads.findings import Hit, box, line, make_run, stay


def subjects(leads: pl.DataFrame) -> set[tuple[str, str]]:
    return set(leads.select("subject_type", "subject_id").iter_rows())


def test_a_listed_subject_is_kept_and_a_pharmacy_is_an_institution(home: Home) -> None:
    kept = Hit("phantom_bed", [stay("M1")], subject=("patient", "P1"))
    shop = Hit("card_cashing", [line("M2", at="S1")], subject=("pharmacy", "S1"))

    assert subjects(make_run(home, kept, shop).page()) == {("patient", "P1"), ("institution", "S1")}


def test_three_persons_in_one_hospital_make_it_the_subject_and_two_do_not(home: Home) -> None:
    crowd = [Hit("phantom_bed", [stay(f"M{n}", psn=f"P{n}", at="H1")], subject=("stay", f"M{n}")) for n in range(3)]
    pair = [Hit("phantom_bed", [stay(f"M{n}", psn=f"P{n}", at="H2")], subject=("stay", f"M{n}")) for n in (7, 8)]

    assert subjects(make_run(home, *crowd, *pair).page()) == {("institution", "H1"), ("patient", "P7"), ("patient", "P8")}


def test_one_person_three_times_is_one_person(home: Home) -> None:
    hits = [Hit("phantom_bed", [stay(f"M{n}", psn="P1", at="H1")], subject=("stay", f"M{n}")) for n in range(3)]

    assert subjects(make_run(home, *hits).page()) == {("patient", "P1")}


def test_one_person_suffices_for_a_clear_violation(home: Home) -> None:
    clear = Hit("phantom_bed", [stay("M1")], subject=("stay", "M1"), level="clear_violation")

    assert subjects(make_run(home, clear).page()) == {("institution", "H1")}


def test_rows_of_one_finding_are_split_by_the_place_they_name(home: Home) -> None:
    resold = Hit("reflux_drug", [box("T1", at="S1"), box("T1", at="S2", psn="P2")], subject=("trace_code", "T1"), level="clear_violation")

    made = make_run(home, resold)

    assert subjects(made.page()) == {("institution", "S1"), ("institution", "S2")}
    assert made.page()["evidence_rows"].to_list() == [1, 1]


def test_the_last_listed_type_takes_what_no_crowd_claims(home: Home) -> None:
    """fictitious_service lists institution, doctor: two persons of one doctor stay with the doctor."""
    rows = [line("M1", psn="P1", at="H1", doctor="D1"), line("M2", psn="P2", at="H1", doctor="D1")]

    assert subjects(make_run(home, Hit("fictitious_service", rows, subject=("visit", "M1"))).page()) == {("doctor", "D1")}


def test_rows_that_name_no_listed_type_go_to_their_institution_and_the_run_says_so(home: Home) -> None:
    made = make_run(home, Hit("handler_collusion", [line("M1", handler=None)], subject=("settlement", "S")))

    assert subjects(made.page()) == {("institution", "H1")}
    assert made.report["roll_up"]["fallback_rows"] == 1


def test_a_row_that_names_nobody_supports_no_lead_and_is_counted(home: Home) -> None:
    made = make_run(home, Hit("handler_collusion", [line("M1", handler=None, at=None)], subject=("settlement", "S")))

    assert made.page().is_empty()
    assert made.report["roll_up"]["lost_rows"] == 1


def test_a_finding_without_rows_supports_no_lead_and_is_counted(home: Home) -> None:
    made = make_run(home, Hit("phantom_bed", [], subject=("patient", "P1")))

    assert made.page().is_empty()
    assert made.report["roll_up"]["without_evidence"] == 1


def test_two_rules_about_one_subject_join_in_one_lead_with_both_sources(home: Home) -> None:
    night = Hit("phantom_bed", [stay("M1")], subject=("patient", "P1"), rule="night")
    spot = Hit("phantom_bed", [stay("M1"), stay("M2")], subject=("patient", "P1"), rule="spot", version=3)

    (lead_id,) = make_run(home, night, spot).page()["lead_id"]
    lead = make_run(home, night, spot).lead(lead_id)

    assert lead["evidence_rows"] == 2
    assert [(s["id"], s["version"]) for s in lead["sources"]] == [("night", 1), ("spot", 3)]


def test_the_same_subject_under_two_patterns_is_two_leads(home: Home) -> None:
    made = make_run(
        home, Hit("phantom_bed", [stay("M1")], subject=("patient", "P1")), Hit("dialysis_fraud", [stay("M1")], subject=("patient", "P1"))
    )

    assert made.count() == 2
    assert made.page()["lead_id"].n_unique() == 2


def test_members_of_a_split_finding_are_not_accused_with_it(home: Home) -> None:
    """trace_code_reuse lists only institutions: the persons of a ring finding are not named by the shop's lead."""
    ring = Hit(
        "trace_code_reuse",
        [box("T1"), box("T2", psn="P2"), box("T3", psn="P3")],
        subject=("ring", "x"),
        members=[("patient", "P1", "buyer")],
    )

    made = make_run(home, ring)

    assert subjects(made.page()) == {("institution", "S1")}
    assert made.lead(made.page()["lead_id"][0])["members"] == []


def test_members_of_a_kept_subject_come_along_with_the_graver_role(home: Home) -> None:
    one = Hit(
        "card_cashing",
        [line("M1", at="S1")],
        subject=("pharmacy", "S1"),
        members=[("doctor", "D1", "participant"), ("pharmacy", "S1", None)],
    )
    two = Hit("card_cashing", [line("M2", at="S1")], subject=("pharmacy", "S1"), rule="b", members=[("doctor", "D1", "organiser")])

    made = make_run(home, one, two)

    assert made.lead(made.page()["lead_id"][0])["members"] == [{"type": "doctor", "id": "D1", "role": "organiser"}]


def test_records_are_the_rows_that_are_no_claim_lines_or_all_where_there_is_nothing_else(home: Home) -> None:
    """A sentence that counts settlements paid twice must not count their claim lines."""
    mixed = Hit("double_reimbursement", [stay("M1"), line("M1"), line("M1", sn="2")], subject=("patient", "P1"))
    bare = Hit("double_reimbursement", [line("M2", psn="P2"), line("M2", psn="P2", sn="2")], subject=("patient", "P2"))

    found = dict(make_run(home, mixed, bare).page().select("subject_id", "records").iter_rows())

    assert found == {"P1": 1, "P2": 2}
