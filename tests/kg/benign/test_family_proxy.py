"""Family or strangers?"""

from __future__ import annotations

from graph.home import Home
from tests.app.leads.findings import Row, line
from tests.kg.benign.stories import CLOSED, said, told

CHECK = "family_proxy"


def cards(*persons: str) -> list[Row]:
    return [line(f"M{p}", psn=p) for p in persons]


def test_three_cards_of_one_household_are_no_hit(home: Home) -> None:
    assert told(home, CHECK, cards("A", "B", "C"), {"psn_b": [{"psn_no": p, "family_id": "F1"} for p in "ABC"]}) == CLOSED


def test_cards_of_two_households_are_not_a_family(home: Home) -> None:
    book = {"psn_b": [{"psn_no": "A", "family_id": "F1"}, {"psn_no": "B", "family_id": "F1"}, {"psn_no": "C", "family_id": "F2"}]}

    verdict, detail = said(home, CHECK, cards("A", "B", "C"), book)

    assert verdict == "excluded"
    assert detail == "1 项命中涉及持卡人 3 人次、2 户；0 项的持卡人同属一户或与家人同住"


def test_one_person_with_family_may_have_been_helped_and_one_alone_was_not(home: Home) -> None:
    book = {"psn_b": [{"psn_no": "A", "family_id": "F1"}, {"psn_no": "B", "family_id": "F1"}, {"psn_no": "C", "family_id": "F2"}]}

    assert told(home, CHECK, cards("A"), book) == "not_excluded"
    assert told(home, CHECK, cards("C"), book) == "excluded"


def test_without_family_id_one_address_and_one_phone_make_a_household(home: Home) -> None:
    together = [{"psn_no": p, "addr_h": "a", "coner_tel_h": "t"} for p in "AB"]
    apart = [{"psn_no": "A", "addr_h": "a", "coner_tel_h": "t"}, {"psn_no": "B", "addr_h": "a", "coner_tel_h": "u"}]

    assert told(home, CHECK, cards("A", "B"), {"psn_b": together}) == CLOSED
    assert told(home, CHECK, cards("A", "B"), {"psn_b": apart}) == "excluded"


def test_a_phone_that_a_crowd_names_makes_no_household(home: Home) -> None:
    crowd = [{"psn_no": f"P{n}", "addr_h": "village", "tel_h": "desk"} for n in range(201)]

    assert told(home, CHECK, cards("P1", "P2"), {"psn_b": crowd}) == "no_data"


def test_unknown_households_are_no_data(home: Home) -> None:
    assert told(home, CHECK, cards("A", "B"), {"psn_b": [{"psn_no": "A", "family_id": "F1"}, {"psn_no": "B"}]}) == "no_data"
