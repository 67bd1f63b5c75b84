"""Rules that walk the graph, on a real Neo4j: one face before many cards, one phone behind many cards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from graph.home import Home
from graph.store import Store
from kg.rulebook import RULEBOOK

FACE, PHONE = "one_face_many_cards", "card_collector_by_contact"
START = datetime(2025, 7, 7, 9)


@pytest.fixture
def store(neo4j_home: Home) -> Iterator[Store]:
    """The session's server with an empty graph, and emptied again: its other users bring their own."""
    with Store.open(neo4j_home) as opened:
        _empty(opened)
        yield opened
        _empty(opened)


def _empty(store: Store) -> None:
    store.write("MATCH (n) WHERE any(l IN labels(n) WHERE l IN row.labels) DETACH DELETE n", [{"labels": LABELS}])


LABELS = ["Patient", "Household", "Institution", "Encounter", "Settlement", "Face", "FaceCheck", "Phone", "Address"]


def people(store: Store, names: list[str], *, family: str | None = None) -> None:
    store.write("MERGE (:Patient {psn_no: row.name})", [{"name": name} for name in names])
    if family:
        store.write(
            "MATCH (p:Patient {psn_no: row.name}) MERGE (h:Household {family_id: row.family}) MERGE (p)-[:IN_HOUSEHOLD]->(h)",
            [{"name": name, "family": family} for name in names],
        )


def bill(store: Store, name: str, when: datetime, *, place: str = "P1", serial: str = "", nights: int = 0) -> str:
    """One visit and its settlement on the day it ends."""
    visit = f"{name}-{when:%d%H%M}{serial}"
    store.write(
        """MATCH (p:Patient {psn_no: row.name}) MERGE (i:Institution {fixmedins_code: row.place})
           CREATE (p)-[:HAD]->(e:Encounter {mdtrt_id: row.visit, begntime: row.began, endtime: row.at})-[:AT]->(i),
                  (:Settlement {setl_id: row.visit, setl_time: row.at})-[:SETTLES]->(e)""",
        [{"name": name, "place": place, "visit": visit, "at": when, "began": when - timedelta(days=nights)}],
    )
    return visit


def look(store: Store, face: str, name: str, when: datetime, *, result: str = "pass", place: str = "P1") -> None:
    store.write(
        """MATCH (p:Patient {psn_no: row.name}) MERGE (i:Institution {fixmedins_code: row.place}) MERGE (f:Face {template_id: row.face})
           CREATE (f)-[:SEEN_IN]->(c:FaceCheck {check_id: row.check, check_time: row.at, result: row.result}),
                  (c)-[:CLAIMS]->(p), (c)-[:AT]->(i)""",
        [{"name": name, "face": face, "check": f"{face}-{name}-{when:%d%H%M}", "at": when, "result": result, "place": place}],
    )


def ask(store: Store, rule_id: str) -> list[dict[str, object]]:
    return store.read(RULEBOOK[rule_id].text, RULEBOOK[rule_id].values)


def test_three_cards_of_three_households_behind_one_face(store: Store) -> None:
    people(store, ["ANN", "BOB", "CAT"])
    for n, name in enumerate(["ANN", "BOB", "CAT"]):
        look(store, "F1", name, START + timedelta(days=n))
        bill(store, name, START + timedelta(days=n, minutes=5))
        bill(store, name, START + timedelta(days=n, hours=3), serial="later")

    (found,) = ask(store, FACE)

    assert found["subject_id"] == "face F1"
    assert {m["id"] for m in found["members"] if m["type"] == "patient"} == {"ANN", "BOB", "CAT"}
    assert len(found["face_check_rows"]) == 3
    assert sorted(row["setl_id"] for row in found["setl_d_rows"]) == ["ANN-070905", "BOB-080905", "CAT-090905"]  # not the later bills


@pytest.mark.parametrize("innocent", ["two cards", "one family", "rejected", "a year apart"])
def test_a_face_with_an_innocent_story(store: Store, innocent: str) -> None:
    names = ["ANN", "BOB"] if innocent == "two cards" else ["ANN", "BOB", "CAT"]
    people(store, names, family="F1" if innocent == "one family" else None)
    for n, name in enumerate(names):
        when = START + timedelta(days=91 * n if innocent == "a year apart" else n)
        look(store, "F1", name, when, result="fail" if innocent == "rejected" else "pass")

    assert ask(store, FACE) == []


CARDS = ["ANN", "BOB", "CAT", "DAN", "EVE"]


def shared_phone(store: Store, names: list[str], *, owner: str | None = None, hub: bool = False) -> None:
    store.write(
        """MERGE (n:Phone {tel_h: 'T1'}) SET n.hub = row.hub
           WITH n, row MATCH (p:Patient {psn_no: row.name}) MERGE (p)-[:HAS_PHONE {own: row.own}]->(n)""",
        [{"name": name, "own": name == owner, "hub": hub} for name in names],
    )


def stops(store: Store, names: list[str], *, together: bool = True, nights: int = 0) -> None:
    """Three stops; together: five minutes apart, else a day apart; `nights` in a bed before each."""
    for stop in range(3):
        for n, name in enumerate(names):
            apart = timedelta(minutes=5 * n) if together else timedelta(days=n)
            bill(store, name, START + timedelta(days=9 * stop) + apart, nights=nights)


def test_five_cards_of_one_phone_settled_side_by_side(store: Store) -> None:
    people(store, [*CARDS, "OWNER"])
    shared_phone(store, [*CARDS, "OWNER"], owner="OWNER")
    stops(store, CARDS)

    (found,) = ask(store, PHONE)

    assert found["subject_id"] == "phone T1"
    assert ("patient", "OWNER", "collector") in {(m["type"], m["id"], m["role"]) for m in found["members"]}
    assert {m["id"] for m in found["members"] if m["role"] == "participant"} == set(CARDS)
    assert len(found["setl_d_rows"]) == 15


@pytest.mark.parametrize("innocent", ["four cards", "one family", "hub", "apart", "one home", "one ward"])
def test_a_phone_with_an_innocent_story(store: Store, innocent: str) -> None:
    names = CARDS[:4] if innocent == "four cards" else CARDS
    people(store, names, family="F1" if innocent == "one family" else None)
    shared_phone(store, names, hub=innocent == "hub")
    stops(store, names, together=innocent != "apart", nights=4 if innocent == "one ward" else 0)
    if innocent == "one home":
        lives = "MATCH (p:Patient {psn_no: row.name}) MERGE (a:Address {addr_h: 'HOME'}) MERGE (p)-[:LIVES_AT]->(a)"
        store.write(lives, [{"name": name} for name in names])

    assert ask(store, PHONE) == []
