"""The picture of a case: whom the rows name, who is marked, what is folded."""

from __future__ import annotations

import polars as pl

from app.widgets.picture import MOST, draw, ring

COLUMNS = ("psn_no", "fixmedins_code", "stff_code", "opter_id", "emp_no", "units")


def rows(*cited: tuple[str, str]) -> pl.DataFrame:
    """Evidence rows of (person, institution)."""
    schema = {name: pl.List(pl.String) if name == "units" else pl.String for name in COLUMNS}
    return pl.DataFrame([{"psn_no": p, "fixmedins_code": i, "units": []} for p, i in cited], schema=schema)


def lead(*members: tuple[str, str, str], score: float = 0.9, subject: tuple[str, str] = ("institution", "H1")) -> dict[str, object]:
    return {
        "score": score,
        "subject": dict(zip(("type", "id"), subject, strict=True)),
        "members": [{"type": t, "id": i, "role": r} for t, i, r in members],
    }


def test_a_tie_counts_the_rows_behind_it() -> None:
    (edge,) = draw(lead(), rows(("P1", "H1"), ("P1", "H1")), {}).edges

    assert (edge.source, edge.target, edge.weight) == ("Patient:P1", "Institution:H1", 2)


def test_the_subject_wears_the_ring_of_its_probability_and_its_customers_wear_none() -> None:
    risks = {n.id: n.risk for n in draw(lead(), rows(("P1", "H1")), {}).nodes}

    assert risks == {"Institution:H1": 3, "Patient:P1": 0}


def test_a_victim_is_drawn_without_a_ring_and_a_participant_with_the_least() -> None:
    risks = {n.id: n.risk for n in draw(lead(("patient", "P1", "victim"), ("patient", "P2", "collector")), rows(), {}).nodes}

    assert (risks["Patient:P1"], risks["Patient:P2"]) == (0, 1)


def test_a_ring_itself_is_no_node() -> None:
    assert [n.id for n in draw(lead(("patient", "P1", "buyer"), subject=("ring", "R1")), rows(), {}).nodes] == ["Patient:P1"]


def test_thresholds_of_the_rings() -> None:
    assert [ring(score) for score in (0.19, 0.2, 0.49, 0.5, 0.79, 0.8)] == [0, 1, 1, 2, 2, 3]


def test_an_employer_is_drawn_only_where_the_lead_is_about_employers() -> None:
    cited = rows(("P1", "H1")).with_columns(pl.lit("E1").alias("emp_no"))

    assert "Employer:E1" not in {n.id for n in draw(lead(), cited, {}).nodes}
    assert "Employer:E1" in {n.id for n in draw(lead(subject=("employer", "E1")), cited, {}).nodes}


def test_few_nodes_are_drawn_singly() -> None:
    assert not draw(lead(), rows(*((f"P{n}", "H1") for n in range(20))), {}).folded


def test_customers_with_the_same_ties_are_drawn_as_one_and_still_counted() -> None:
    picture = draw(lead(), rows(*((f"P{n}", "H1") for n in range(40))), {})
    (crowd,) = [n for n in picture.nodes if n.members]

    assert (crowd.count, picture.total) == (40, 41)
    assert [e.weight for e in picture.edges] == [40]


def test_whom_the_lead_names_is_never_folded() -> None:
    picture = draw(lead(("patient", "P3", "buyer")), rows(*((f"P{n}", "H1") for n in range(40))), {})

    assert "Patient:P3" in {n.id for n in picture.nodes}


def test_a_crowd_of_different_ties_is_folded_by_kind() -> None:
    pairs = [(f"P{n}", f"H{(n * k) % 11}") for n in range(200) for k in (1, 2, 3)]
    picture = draw(lead(), rows(*pairs), {})

    assert len(picture.nodes) <= 60


def test_no_picture_is_larger_than_a_canvas_can_bear() -> None:
    named = [("patient", f"P{n}", "participant") for n in range(500)]
    picture = draw(lead(*named), rows(*((f"P{n}", "H1") for n in range(500))), {})

    assert len(picture.nodes) == MOST
    assert picture.total == 501
