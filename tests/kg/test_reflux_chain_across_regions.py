"""Boxes of the same persons, resold at one counter, are a ring."""

from tests.kg.crimes import Fact, Hours, box, fire, many, sale

RULE = "reflux_chain_across_regions"


def resold(prefix: str, person: str, boxes: int, *, source: str = "P1", buyer: str = "P9", **first: object) -> Fact:
    codes = [f"{prefix}{n}" for n in range(boxes)]
    return many(
        sale(box(c), at=source, to=person, **first) + sale(box(c), at=buyer, to=f"NEW{n}", after=Hours(400 + n))  # type: ignore[arg-type]
        for n, c in enumerate(codes)
    )


def test_the_sellers_and_the_buyer_are_one_ring_with_both_sales_as_evidence() -> None:
    finding = fire(RULE, resold("A", "ANN", 3), resold("B", "BOB", 4, source="P2")).only()

    assert finding.subject[0] == "ring"
    assert set(finding.members) == {("institution", "P9", "buyer"), ("patient", "ANN", "seller"), ("patient", "BOB", "seller")}
    assert finding.facts["codes"] == 7
    assert finding.amount_fen == 14 * 1_000  # seven resales and the seven purchases that fed them


def test_the_same_ring_keeps_its_name() -> None:
    facts = resold("A", "ANN", 3), resold("B", "BOB", 4)

    assert fire(RULE, *facts).only().subject == fire(RULE, *reversed(facts)).only().subject


def test_scattered_duplicates_are_errors_of_the_maker() -> None:
    scattered = [resold(f"C{n}", f"PERSON{n}", 1, source=f"P{n}", buyer=f"Q{n}") for n in range(8)]

    assert fire(RULE, many(scattered)).none()


def test_a_box_given_to_a_friend_is_no_chain() -> None:
    assert fire(RULE, *(resold(f"D{n}", f"PERSON{n}", 1) for n in range(6))).none()  # six boxes, but of six persons


def test_four_codes_are_below_the_parameter() -> None:
    assert fire(RULE, resold("A", "ANN", 4)).none()
    assert fire(RULE, resold("A", "ANN", 5)).only()


def test_returned_boxes_are_not_resold() -> None:
    assert fire(RULE, resold("A", "ANN", 6, returned=True)).none()


def test_unknown_times_are_not_testable() -> None:
    unknown = [sale(box(f"A{n}"), to="ANN", after=None) + sale(box(f"A{n}"), at="P9", to="BOB", after=Hours(400)) for n in range(6)]

    run = fire(RULE, many(unknown))

    assert run.none()
    assert run.not_testable == {"sold_at": 6}
