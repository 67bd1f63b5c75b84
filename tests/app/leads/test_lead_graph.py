"""Leads and rings in a real Neo4j: who is drawn, in which role, and that only the last run stands there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.leads.lead_graph import write_graph
from graph.home import Home
from graph.store import Store
from tests.app.leads.findings import Hit, line, make_run

PEOPLE = "MERGE (:Patient {psn_no: row.id})"
PLACES = "MERGE (:Institution {fixmedins_code: row.id})"


@pytest.fixture
def store(neo4j_home: Home) -> Iterator[Store]:
    with Store.open(neo4j_home) as opened:
        opened.write("MATCH (n) WHERE n:Lead OR n:Ring OR n:Rule OR n:Patient OR n:Institution DETACH DELETE n", [{}])
        opened.write(PEOPLE, [{"id": f"P{n}"} for n in range(1, 6)])
        opened.write(PLACES, [{"id": "S1"}])
        yield opened


def ring(*persons: int) -> Hit:
    rows = [line(f"M{n}", psn=f"P{n}", at="S1") for n in persons]
    members = [*(("patient", f"P{n}", None) for n in persons), ("pharmacy", "S1", "seller")]
    return Hit("card_collecting", rows, subject=("ring", "x"), members=members)


def shop(visit: str = "M1") -> Hit:
    return Hit("card_cashing", [line(visit, at="S1", fen=500)], subject=("pharmacy", "S1"), members=[("patient", "P1", "organiser")])


def test_a_lead_is_about_its_subject_and_its_members_in_their_roles(neo4j_home: Home, store: Store) -> None:
    assert write_graph(neo4j_home, make_run(neo4j_home, shop()).folder) == "1 leads"

    about = store.read("MATCH (l:Lead)-[a:ABOUT]->(x) RETURN labels(x) AS labels, a.role AS role ORDER BY role")
    assert [(row["role"], "Institution" in row["labels"]) for row in about] == [("organiser", False), ("subject", True)]  # type: ignore[operator]
    (lead,) = store.read("MATCH (l:Lead)-[:FOUND_BY]->(r:Rule) RETURN l.amount_fen AS fen, l.state AS state, r.rule_id AS rule")
    assert lead["fen"] == 500
    assert lead["rule"] == "rule_a"


def test_a_ring_has_its_members(neo4j_home: Home, store: Store) -> None:
    write_graph(neo4j_home, make_run(neo4j_home, ring(1, 2, 3)).folder)

    rows = store.read(
        "MATCH (:Lead)-[:ABOUT {role: 'subject'}]->(r:Ring)-[m:HAS_MEMBER]->(x) RETURN r.size AS size, m.role AS role ORDER BY role"
    )
    assert [(row["size"], row["role"]) for row in rows] == [(4, "participant"), (4, "participant"), (4, "participant"), (4, "seller")]


def test_only_the_last_run_stands_in_the_graph(neo4j_home: Home, store: Store) -> None:
    write_graph(neo4j_home, make_run(neo4j_home, shop(), ring(1, 2, 3)).folder)
    write_graph(neo4j_home, make_run(neo4j_home, ring(2, 3, 4)).folder)

    assert store.read("MATCH (l:Lead) RETURN l.pattern AS pattern") == [{"pattern": "card_collecting"}]
    members = store.read("MATCH (:Ring)-[:HAS_MEMBER]->(p:Patient) RETURN p.psn_no AS id ORDER BY id")
    assert [row["id"] for row in members] == ["P2", "P3", "P4"]


def test_a_subject_that_the_graph_does_not_know_gets_no_node(neo4j_home: Home, store: Store) -> None:
    unknown = Hit("card_cashing", [line("M1", at="S9")], subject=("pharmacy", "S9"))

    write_graph(neo4j_home, make_run(neo4j_home, unknown).folder)

    assert store.read("MATCH (i:Institution) RETURN i.fixmedins_code AS code") == [{"code": "S1"}]
    assert store.read("MATCH (l:Lead) RETURN count{(l)-[:ABOUT]->()} AS edges") == [{"edges": 0}]


def test_without_a_server_the_leads_stay_in_the_folder_and_the_run_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").make()

    said = write_graph(home, make_run(home, shop()).folder)

    assert "left alone" in said or "not running" in said
