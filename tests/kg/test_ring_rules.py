"""Rings in a book: cards in one hand and boxes that come back, each beside the group that has a reason."""

from __future__ import annotations

from functools import cache

import numpy as np

from tests.kg.crimes import Fact, Hours, box, check, days, fire, many, person, pharmacy, purchase, sale

LOCKSTEP, CHAIN = "cards_in_lockstep", "boxes_back_on_sale"
CARDS = [f"CARD{n}" for n in range(6)]
ODD_DAYS = [(3, 9.5), (24, 15.2), (40, 11.1), (57, 16.4), (75, 10.3), (92, 13.7), (113, 9.9), (130, 14.6)]
"""Day and hour of a tour, of no rhythm."""
BUS_DAYS = [(7 * week + 2, 9.2) for week in range(18)]


@cache
def customers(shops: int = 2) -> Fact:
    """What any shop sees in twenty weeks: strangers at all hours."""
    rng = np.random.default_rng(651)
    return many(
        purchase(
            person=f"S{int(rng.integers(0, 200))}",
            at_place=f"P{1 + n % shops}",
            when=days(int(rng.integers(0, 140)), float(rng.uniform(8, 20))),
        )
        for n in range(700)
    )


def tour(stops: list[tuple[int, float]], *, cards: list[str] = CARDS, shops: tuple[str, ...] = ("P1",), faces: str = "") -> Fact:
    """The cards one after the other, two minutes apart, at each shop of each day."""
    swipes = [
        (card, shop, days(day, hour + nth * 1.5 + k / 30))
        for day, hour in stops
        for nth, shop in enumerate(shops)
        for k, card in enumerate(cards)
    ]
    seen = [check(None, person=c, at_place=s, when=w, kind="pharmacy", face=faces.format(c)) for c, s, w in swipes] if faces else []
    return many(purchase(person=c, at_place=s, when=w) for c, s, w in swipes) + many(seen)


def roles(finding: object) -> set[tuple[str, str, str]]:
    return {m for m in finding.members if m[2] != "participant"}  # type: ignore[attr-defined]


def test_cards_of_six_households_on_one_tour_are_a_ring_and_their_shop_sells_to_it() -> None:
    finding = fire(LOCKSTEP, pharmacy("P1"), customers(), many(map(person, CARDS)), tour(ODD_DAYS)).only()

    assert finding.subject[0] == "ring"
    assert {name for _, name, role in finding.members if role == "participant"} == set(CARDS)
    assert roles(finding) == {("institution", "P1", "seller")}
    assert len(finding.cites("setl_d")) == len(CARDS) * len(ODD_DAYS)
    assert finding.facts["p_value"] < 0.05
    assert finding.facts["false_share"] == 0
    assert {tie["kind"] for tie in finding.facts["ties"]} == {"same_hour"}
    assert finding.amount_fen == 1_000 * len(CARDS) * len(ODD_DAYS)


def test_the_collector_is_the_owner_of_the_number_that_the_cards_leave() -> None:
    register = many(Fact((("psn_b", {"psn_no": card, "tel_h": f"OWN-{card}", "coner_tel_h": "HAND"}),)) for card in CARDS)
    hand = Fact((("psn_b", {"psn_no": "COLLECTOR", "tel_h": "HAND"}),))

    finding = fire(LOCKSTEP, customers(), register, hand, tour(ODD_DAYS)).only()

    assert {("phone", "HAND", "collector"), ("patient", "COLLECTOR", "collector")} <= roles(finding)


def test_a_pile_that_is_always_cut_by_the_full_hour_is_one_pile() -> None:
    late = [(day, int(hour) + 0.9) for day, hour in ODD_DAYS]

    finding = fire(LOCKSTEP, customers(), many(map(person, CARDS)), tour(late)).only()

    assert {name for _, name, role in finding.members if role == "participant"} == set(CARDS)


def test_shops_on_the_way_may_not_know() -> None:
    for shops in (("P1", "P2"), ("P1", "P2", "P3")):
        finding = fire(LOCKSTEP, customers(4), many(map(person, CARDS)), tour(ODD_DAYS, shops=shops)).only()

        assert roles(finding) == {("institution", shop, "unknowing") for shop in shops}


def test_a_bus_that_brings_its_village_every_week_is_no_ring() -> None:
    assert fire(LOCKSTEP, customers(), many(map(person, CARDS)), tour(BUS_DAYS)).none()
    assert fire(LOCKSTEP, customers(), many(map(person, CARDS)), tour(BUS_DAYS, shops=("P1", "P2"))).none()


def test_a_family_and_a_home_are_no_ring() -> None:
    assert fire(LOCKSTEP, customers(), many(person(card, family="F") for card in CARDS), tour(ODD_DAYS)).none()
    assert fire(LOCKSTEP, customers(), many(person(card, family=card, address="HOME") for card in CARDS), tour(ODD_DAYS)).none()


def test_two_households_are_below_the_parameter_and_three_are_not() -> None:
    def households(n: int) -> Fact:
        return many(person(card, family=f"F{k % n}") for k, card in enumerate(CARDS))

    assert fire(LOCKSTEP, customers(), households(2), tour(ODD_DAYS)).none()
    assert fire(LOCKSTEP, customers(), households(3), tour(ODD_DAYS)).only()


def test_holders_who_were_there_themselves_are_no_ring() -> None:
    assert fire(LOCKSTEP, customers(), many(map(person, CARDS)), tour(ODD_DAYS, faces="FACE-{}")).none()


def test_one_face_behind_all_cards_is_the_collectors_and_nobodys_own() -> None:
    alone = check(None, person="HAND", at_place="P2", when=days(1), kind="pharmacy", face="FACE")

    finding = fire(LOCKSTEP, customers(), many(map(person, CARDS)), tour(ODD_DAYS, faces="FACE"), alone).only()

    assert {("face", "FACE", "collector"), ("patient", "HAND", "collector")} <= roles(finding)


def test_neighbours_who_ride_together_have_errands_of_their_own() -> None:
    rng = np.random.default_rng(652)
    alone = many(purchase(person=c, at_place="P2", when=days(int(rng.integers(0, 140)), 8 + n % 12)) for c in CARDS for n in range(10))

    assert fire(LOCKSTEP, customers(), many(map(person, CARDS)), tour(ODD_DAYS), alone).none()


def test_customers_of_two_shops_are_nobody() -> None:
    assert fire(LOCKSTEP, customers()).none()


def test_unknown_times_are_not_testable() -> None:
    unknown = many(purchase(person=card, when=None) for card in CARDS)

    assert fire(LOCKSTEP, unknown).not_testable == {"setl_time": 6}


def resold(person: str, boxes: int, *, counter: str = "P9", **first: object) -> Fact:
    """Boxes that a person buys and that the counter sells to others two weeks later."""
    return many(
        sale(box(f"{person}{n}"), at="P1", to=person, after=Hours(n), **first)  # type: ignore[arg-type]
        + sale(box(f"{person}{n}"), at=counter, to=f"NEW{n}", after=Hours(400 + n))
        for n in range(boxes)
    )


@cache
def sold_once() -> Fact:
    """Boxes of strangers that stay where they are."""
    return many(sale(box(f"X{n}"), at=f"P{n % 10}", to=f"S{n % 60}", after=Hours(n)) for n in range(600))


def test_boxes_that_come_back_tie_their_buyers_to_the_counter() -> None:
    finding = fire(CHAIN, sold_once(), resold("ANN", 4), resold("BOB", 5)).only()

    assert set(finding.members) == {("patient", "ANN", "buyer"), ("patient", "BOB", "buyer"), ("institution", "P9", "seller")}
    assert finding.facts["codes"] == 9
    assert finding.facts["p_value"] < 0.01
    assert finding.amount_fen == 18 * 1_000  # both ends of nine boxes


def test_returned_boxes_and_boxes_sold_in_parts_are_no_chain() -> None:
    assert fire(CHAIN, sold_once(), resold("ANN", 4, returned=True), resold("BOB", 5, returned=True)).none()


def test_a_box_scanned_again_in_the_same_shop_is_no_journey() -> None:
    assert fire(CHAIN, sold_once(), resold("ANN", 4, counter="P1"), resold("BOB", 5, counter="P1")).none()


def test_codes_typed_wrong_scatter() -> None:
    assert fire(CHAIN, sold_once(), *(resold(f"E{n}", 1, counter=f"P{n % 10}") for n in range(12))).none()


def test_one_holder_and_one_counter_are_no_ring() -> None:
    assert fire(CHAIN, sold_once(), resold("ANN", 8)).none()


def test_four_boxes_are_below_the_parameter_and_five_are_not() -> None:
    assert fire(CHAIN, sold_once(), resold("ANN", 2), resold("BOB", 2)).none()
    assert fire(CHAIN, sold_once(), resold("ANN", 2), resold("BOB", 3)).only()


def test_boxes_without_a_holder_are_not_testable() -> None:
    assert fire(CHAIN, sold_once(), many(sale(box(f"A{n}"), after=None) for n in range(3))).not_testable["sold_at"] == 3
