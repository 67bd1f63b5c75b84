"""Acts and files on a real graph: counts before ties, chains along what was chosen, snapshots that know what changed, files others read."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import networkx
import pytest

from app.explorer import acts, snapshot
from app.explorer.view import View
from graph.errors import InputAtFault, WrongUse
from graph.expand import among
from graph.export import as_cypher, as_graphml, as_json, query_of
from graph.find import find
from graph.home import Home
from graph.nodes import NODES
from graph.paths import paths
from graph.rels import RELS
from graph.statements import merge_node, merge_rel
from graph.store import Store

NAME = "仁'堂\\<b>药店"
"""A name that tries to end a string of Cypher or an element of XML."""
VISITS = 60


@pytest.fixture(scope="module")
def store(neo4j_home: Home) -> Iterator[Store]:
    """E1 has sixty visits at one pharmacy, a phone with E2, a desk number with everybody; E2 has an account with E3."""
    with Store.open(neo4j_home) as opened:
        opened.write("MATCH (n) WHERE n.psn_no STARTS WITH 'E' OR n.fixmedins_code STARTS WITH 'XP' DETACH DELETE n", [{}])
        for label, rows in {
            "Patient": [{"k": f"E{n}"} for n in (1, 2, 3)],
            "Institution": [{"k": "XP1", "name": NAME, "also": ["Pharmacy"]}],
            "Encounter": [{"k": f"EV{n:02}", "begntime": "2026-01-02T08:00:00"} for n in range(VISITS)],
            "Phone": [{"k": "e-both"}, {"k": "e-desk", "hub": True, "hub_why": "desk"}],
            "BankAccount": [{"k": "e-account"}],
        }.items():
            opened.write(merge_node(NODES[label]), [{**{p.name: None for p in NODES[label].props}, **row} for row in rows])
        for rel, start, end, pairs in (
            ("HAD", "Patient", "Encounter", [("E1", f"EV{n:02}") for n in range(VISITS)]),
            ("AT", "Encounter", "Institution", [(f"EV{n:02}", "XP1") for n in range(VISITS)]),
            ("HAS_PHONE", "Patient", "Phone", [("E1", "e-both"), ("E2", "e-both"), *((f"E{n}", "e-desk") for n in (1, 2, 3))]),
            ("PAID_INTO", "Patient", "BankAccount", [("E2", "e-account"), ("E3", "e-account")]),
        ):
            unknown = {p.name: None for p in RELS[rel].props}
            opened.write(merge_rel(RELS[rel], start, end), [{"s": s, "e": e, **unknown} for s, e in pairs])
        yield opened
        opened.write(
            "MATCH (n) WHERE n.psn_no STARTS WITH 'E' OR n.fixmedins_code STARTS WITH 'XP' OR n.mdtrt_id STARTS WITH 'EV' "
            "OR n.tel_h STARTS WITH 'e-' OR n.acct_h STARTS WITH 'e-' DETACH DELETE n",
            [{}],
        )


def view_of(store: Store, *members: tuple[str, str]) -> View:
    view = View()
    acts.add_all(view, among(store, members))
    view.forget()
    return view


E1, E2, E3 = (("Patient", f"E{n}") for n in (1, 2, 3))


def test_counts_come_before_ties_and_say_what_is_shown(store: Store) -> None:
    view = view_of(store, E1, ("Phone", "e-both"))
    counts, hub = acts.counts(store, view, "Patient:E1")

    assert {(c.type, c.shown, c.total) for c in counts} == {("HAD", 0, VISITS), ("HAS_PHONE", 1, 2)}
    assert hub is None
    assert len(view.nodes) == 2, "counting adds nothing"


def test_a_hub_says_why_it_is_one(store: Store) -> None:
    _, hub = acts.counts(store, view_of(store, ("Phone", "e-desk")), "Phone:e-desk")

    assert hub == "desk"


def test_fifty_come_then_the_rest_and_one_undo_takes_back_one_step(store: Store) -> None:
    view = view_of(store, E1)
    sizes = [len(view.nodes)]
    for _ in range(2):
        counts, _ = acts.counts(store, view, "Patient:E1")
        acts.expand(store, view, "Patient:E1", [count for count in counts if count.type == "HAD"])
        sizes.append(len(view.nodes))
    assert sizes == [1, 1 + acts.STEP, 1 + VISITS]

    view.undo()
    assert len(view.nodes) == 1 + acts.STEP


def test_a_chain_runs_only_along_what_was_chosen_and_never_through_a_hub(store: Store) -> None:
    view = view_of(store, E1, E3)
    assert acts.find_paths(store, view, "Patient:E1", "Patient:E3", rel_types=["HAS_PHONE"]) == 0, "only the desk's number is left"
    assert acts.find_paths(store, view, "Patient:E1", "Patient:E3", rel_types=["HAS_PHONE", "PAID_INTO"]) == 4
    assert {"Patient:E2", "Phone:e-both", "BankAccount:e-account"} <= set(view.nodes)
    assert len(list(view.path)) == 4


@pytest.mark.parametrize("rel_types", [[], ["AT"], ["HAS_PHONE|AT"]])
def test_a_chain_along_what_is_no_tie_is_refused(store: Store, rel_types: list[str]) -> None:
    with pytest.raises(WrongUse, match="chain"):
        paths(store, E1, E2, rel_types=rel_types)


@pytest.mark.parametrize(("text", "first"), [("E1", "Patient:E1"), ("XP", "Institution:XP1"), ("'堂", "Institution:XP1")])
def test_what_is_typed_finds_a_code_its_beginning_or_a_name(store: Store, text: str, first: str) -> None:
    assert find(store, text)[0].id == first


def test_one_letter_is_too_little_to_look_for(store: Store) -> None:
    with pytest.raises(WrongUse, match="1 characters"):
        find(store, " E ")


def test_a_snapshot_comes_back_byte_for_byte_and_sees_no_change(store: Store, home: Home) -> None:
    view = view_of(store, E1, E2, ("Phone", "e-both"))
    acts.note(view, "Patient:E1", "收卡人？")
    view.places["Patient:E1"] = (1 / 3, -2.5)
    kept = snapshot.load(home, snapshot.save(home, store, view, "共用电话", "run").id)

    assert kept.view().written().encode() == view.written().encode()
    assert snapshot.since(store, kept).nothing
    assert snapshot.saved(home) == ([kept], [])


def test_what_changed_since_is_named(store: Store, home: Home) -> None:
    kept = snapshot.save(home, store, view_of(store, E1, E2, E3, ("Phone", "e-both"), ("Encounter", "EV00")), "before", "run")
    store.write("MATCH (p:Patient {psn_no: 'E1'}) SET p.sex = '2'", [{}])
    store.write("MATCH (v:Encounter {mdtrt_id: 'EV00'}) DETACH DELETE v", [{}])
    store.write("MATCH (p:Patient {psn_no: 'E3'}), (t:Phone {tel_h: 'e-both'}) MERGE (p)-[:HAS_PHONE]->(t)", [{}])
    found = snapshot.since(store, kept)

    assert found.gone == ("Encounter:EV00",)
    assert dict(found.changed) == {"Patient:E1": ("sex",)}
    assert found.ties_gone == ("Patient:E1-HAD->Encounter:EV00",)
    assert found.ties_new == ("Patient:E3-HAS_PHONE->Phone:e-both",)


def test_a_snapshot_that_was_touched_or_is_of_another_version_is_refused(store: Store, home: Home) -> None:
    kept = snapshot.save(home, store, view_of(store, E1), "one", "run")
    path = home.root / "views" / f"{kept.id}.json"
    whole = path.read_text(encoding="utf-8")
    other = whole.replace('"version": 1', '"version": 9')
    for text, says in ((whole.replace("E1", "E9"), "changed after"), (other, "version 9"), ("{", "no saved")):
        assert text != whole
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputAtFault, match=says):
            snapshot.load(home, kept.id)
    assert snapshot.saved(home) == ([], [path.name])


@pytest.mark.parametrize("name", ["../../ledger/entries", "", "0" * 12])
def test_an_address_that_names_no_view_is_refused(home: Home, name: str) -> None:
    with pytest.raises(WrongUse, match="the view"):
        snapshot.load(home, name)


def test_graphml_opens_in_networkx_with_its_properties(store: Store) -> None:
    found = among(store, [("Institution", "XP1"), ("Encounter", "EV01"), E1])
    graph = networkx.read_graphml(io.BytesIO(as_graphml(found.nodes, found.edges).encode()))

    assert graph.nodes["Institution:XP1"] == {"label": "Institution", "name": NAME, "fixmedins_code": "XP1"}
    assert {(a, b, d["type"]) for a, b, d in graph.edges(data=True)} == {
        ("Patient:E1", "Encounter:EV01", "HAD"),
        ("Encounter:EV01", "Institution:XP1", "AT"),
    }


def test_the_cypher_rebuilds_the_same_piece_and_json_says_it(store: Store) -> None:
    members = [E1, E2, ("Phone", "e-both"), ("Institution", "XP1")]
    found = among(store, members)
    before = as_json(found.nodes, found.edges)
    statements = as_cypher(found.nodes, found.edges).split(";\n")
    store.write("MATCH (n) WHERE n.fixmedins_code = 'XP1' OR n.tel_h = 'e-both' DETACH DELETE n", [{}])
    for statement in filter(str.strip, statements):
        store.write(statement, [{}])
    store.write("MATCH (n:Institution {fixmedins_code: 'XP1'}) SET n:Pharmacy", [{}])
    again = among(store, members)

    assert as_json(again.nodes, again.edges) == before
    assert len(json.loads(before)["nodes"]) == 4


def test_the_query_behind_a_view_answers_exactly_the_view(store: Store) -> None:
    found = among(store, [E1, E2, ("Phone", "e-both"), ("Institution", "XP1")])
    (row,) = store.read(query_of(found.nodes, found.edges))

    assert len(row["shown"]) == 4  # type: ignore[arg-type]
    assert {tie["_type"] for tie in row["ties"]} == {"HAS_PHONE"}  # type: ignore[attr-defined]
    assert len(row["ties"]) == len(found.edges)  # type: ignore[arg-type]


def test_a_saved_view_stands_in_the_ledger_without_its_name(store: Store, home: Home) -> None:
    kept = snapshot.save(home, store, view_of(store, E1), "张三的卡", "run")
    text = Path(home.ledger / "entries.jsonl").read_text(encoding="utf-8")

    assert kept.sha256 in text
    assert "张三" not in text
