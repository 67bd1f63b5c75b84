"""One step out and a lead's network, on a real graph: nothing silent, nothing through a hub."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph.errors import WrongUse
from graph.expand import expand, fair_shares, neighbourhood
from graph.home import Home
from graph.paths import paths
from graph.picture import Expansion
from graph.store import Store
from ingest.load import load_graph
from tests.books import make_book


@pytest.fixture(scope="module")
def store(neo4j_home: Home) -> Iterator[Store]:
    """Two strangers at one hospital's desk number, two collectors' cards on one private number, a chain of visits."""
    persons = [
        *({"psn_no": f"A{n}", "tel_h": "desk"} for n in range(2)),
        *({"psn_no": f"B{n}", "tel_h": "collector", "bank_acct_h": f"acct{n}"} for n in range(2)),
        {"psn_no": "C", "bank_acct_h": "acct1"},
    ]
    visits = [
        {"mdtrt_id": f"M{n}", "psn_no": "B0", "fixmedins_code": "H", "vali_flag": "1", "begntime": f"2025-07-{n + 1:02d} 08:00:00"}
        for n in range(30)
    ]
    make_book(
        neo4j_home,
        {"psn_b": persons, "mdtrt_d": visits, "fixmedins_b": [{"fixmedins_code": "H", "fixmedins_name": "某医院", "tel_h": "desk"}]},
    )
    load_graph(neo4j_home, mode="delta")
    with Store.open(neo4j_home) as opened:
        yield opened


def ids(expansion: Expansion) -> set[str]:
    return {node.id for node in expansion.nodes}


def test_counts_say_n_of_m_and_small_kinds_come_whole(store: Store) -> None:
    found = expand(store, "Patient", "B0", limit=10)
    shown = {count.type: (count.shown, count.total) for count in found.counts}
    assert shown == {"HAD": (8, 30), "HAS_PHONE": (1, 1), "PAID_INTO": (1, 1)}
    assert found.cut
    assert {"Phone:collector", "BankAccount:acct0"} <= ids(found)
    assert len(found.edges) == 10


def test_one_kind_alone_can_be_asked_for(store: Store) -> None:
    found = expand(store, "Patient", "B0", rel_types=["HAS_PHONE"])
    assert ids(found) == {"Patient:B0", "Phone:collector"}
    assert not found.cut


def test_a_hub_says_so_and_opens_only_when_insisted_on(store: Store) -> None:
    found = expand(store, "Phone", "desk")
    assert found.refused == "desk"
    assert found.edges == ()
    assert [(c.type, c.total, c.shown) for c in found.counts] == [("HAS_PHONE", 3, 0)]
    insisted = expand(store, "Phone", "desk", through_hub=True)
    assert {"Patient:A0", "Patient:A1", "Institution:H"} <= ids(insisted)


def test_a_hub_is_shown_as_a_neighbour(store: Store) -> None:
    phone = next(node for node in expand(store, "Patient", "A0").nodes if node.label == "Phone")
    assert phone.hub == "desk"


def test_strangers_at_one_desk_are_not_tied(store: Store) -> None:
    assert ids(neighbourhood(store, [("Patient", "A0"), ("Patient", "A1")])) == {"Patient:A0", "Patient:A1"}
    assert paths(store, ("Patient", "A0"), ("Patient", "A1")).edges == ()


def test_a_private_number_ties_two_cards(store: Store) -> None:
    found = neighbourhood(store, [("Patient", "B0"), ("Patient", "B1"), ("Patient", "missing")])
    assert ids(found) == {"Patient:B0", "Patient:B1", "Phone:collector"}
    assert {edge.type for edge in found.edges} == {"HAS_PHONE"}
    assert len(found.edges) == 2


def test_visits_between_a_person_and_a_place_are_part_of_the_network(store: Store) -> None:
    found = neighbourhood(store, [("Patient", "B0"), ("Institution", "H")], limit=12)
    assert len(found.nodes) == 12
    assert {edge.type for edge in found.edges} == {"HAD", "AT"}


def test_a_chain_runs_over_phone_and_account(store: Store) -> None:
    chain = paths(store, ("Patient", "B0"), ("Patient", "C"))
    assert ids(chain) == {"Patient:B0", "Phone:collector", "Patient:B1", "BankAccount:acct1", "Patient:C"}
    assert len(chain.edges) == 4


@pytest.mark.parametrize(("label", "key", "types"), [("Nobody", "x", None), ("Patient", "x", None), ("Patient", "B0", ["NO_SUCH"])])
def test_what_does_not_exist_is_refused_with_what_does(store: Store, label: str, key: str, types: list[str] | None) -> None:
    with pytest.raises(WrongUse):
        expand(store, label, key, rel_types=types)


def test_fair_shares_fill_the_limit_and_favour_the_rare() -> None:
    totals = {("A", "out"): 1000, ("B", "out"): 3, ("C", "in"): 1000, ("D", "in"): 0}
    assert fair_shares(totals, 50) == {("A", "out"): 23, ("B", "out"): 3, ("C", "in"): 24, ("D", "in"): 0}
