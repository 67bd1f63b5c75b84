"""Households whose cards are settled one after the other at the village clinic; and families, vaccinations, queues and camps."""

import pytest

from tests.kg.crimes import DRUG, OTHER_DRUG, SERVICE, Fact, check, days, fire, line, many, person, row, settle, visit

RULE = "village_household_sweep"
CLINIC = row("fixmedins_b", fixmedins_code="V1", fixmedins_type="1", medins_kind="village_clinic")
AGES = (71, 38, 9)
HOUSES = ("A", "B", "C")
VILLAGE = many(person(f"{house}{n}", family=house) for house in (*HOUSES, "D") for n in range(3))
IN_TURN = [f"{house}{n}" for house in HOUSES for n in range(3)]
SHUFFLED = [f"{house}{n}" for n in range(3) for house in HOUSES]


def bill(card: str, hour: float, *, item: str = DRUG, ill: str | None = None, age: int | None = None, clock: bool = True) -> Fact:
    name = f"M-{card}-{hour:.3f}"
    when = days(1, hour if clock else 0)
    seen = visit(name, person=card, at_place="V1", when=when, med_type="11", age=age or AGES[int(card[1])], otp_diag_info=ill)
    bill = settle(name, person=card, at_place="V1", when=when if clock or hour else None, shop=False)
    return seen + bill + line(name, person=card, at_place="V1", item=item, when=when, charge="09")


def sweep(cards: list[str] = IN_TURN, *, gap: float = 60, items: tuple[str, ...] = (DRUG,), **more: object) -> Fact:
    """The cards one after the other, the items in turn."""
    return many(bill(c, 14 + k * gap / 3600, item=items[k % len(items)], **more) for k, c in enumerate(cards))  # type: ignore[arg-type]


def test_three_households_in_turn_are_cited_with_all_their_lines_and_only_the_clinic_is_accused() -> None:
    finding = fire(RULE, CLINIC, VILLAGE, sweep()).only()

    assert finding.subject[0] == "ring"
    assert ("institution", "V1", "provider") in finding.members
    assert {role for kind, _, role in finding.members if kind == "patient"} == {"unknowing"}
    assert (len(finding.cites("setl_d")), len(finding.cites("fee_list_d"))) == (9, 9)
    assert (finding.facts["households"], finding.facts["cards"], finding.facts["alike"]) == (3, 9, 1)


def test_one_illness_for_all_is_as_good_as_one_basket() -> None:
    several = (DRUG, OTHER_DRUG, "XJ01DDA955B002010191595")

    assert fire(RULE, CLINIC, VILLAGE, sweep(items=several, ill="J06.900")).only().facts["alike"] == 1
    assert fire(RULE, CLINIC, VILLAGE, sweep(items=several)).none()


def test_the_rest_of_the_queue_is_not_cited() -> None:
    queue = [f"N{n}" for n in range(6)]
    around = many(bill(f"{card}", 13.9 + k / 60, age=50) for k, card in enumerate(queue[:5]))

    assert len(fire(RULE, CLINIC, VILLAGE, around, sweep()).only().cites("setl_d")) == 9


def test_two_households_are_chance_neighbours_and_two_of_a_house_a_couple() -> None:
    assert fire(RULE, CLINIC, VILLAGE, sweep(IN_TURN[:6])).none()
    assert fire(RULE, CLINIC, VILLAGE, sweep([card for card in IN_TURN if card[1] != "2"])).none()


def test_the_same_people_in_a_queue_stand_in_no_order() -> None:
    assert fire(RULE, CLINIC, VILLAGE, sweep(SHUFFLED)).none()


def test_who_was_seen_got_what_he_needed() -> None:
    """Eight of ten alike are the line: seven of nine are below it, eight above."""
    two, one = ({"A0": OTHER_DRUG, "B1": SERVICE}, {"A0": OTHER_DRUG})

    def given(other: dict[str, str]) -> Fact:
        return many(bill(card, 14 + k / 60, item=other.get(card, DRUG) if card != "B1" else DRUG) for k, card in enumerate(IN_TURN))

    assert fire(RULE, CLINIC, VILLAGE, given(one)).only().facts["alike"] == pytest.approx(8 / 9)
    assert fire(RULE, CLINIC, VILLAGE, given({**two, "C2": OTHER_DRUG})).none()


def test_grown_ups_alone_may_need_the_same() -> None:
    assert fire(RULE, CLINIC, VILLAGE, sweep(age=45)).none()


def test_a_vaccination_has_no_drug() -> None:
    assert fire(RULE, CLINIC, VILLAGE, sweep(items=(SERVICE,))).none()


@pytest.mark.parametrize(("gap", "hits"), [(180, 1), (181, 0)])
def test_a_pause_ends_the_run(gap: float, hits: int) -> None:
    assert len(fire(RULE, CLINIC, VILLAGE, sweep(gap=gap)).findings) == hits


def test_a_village_that_was_called_up_was_seen() -> None:
    seen = [check(None, person=card, at_place="V1", when=days(1, 13), kind="clinic") for card in IN_TURN]

    assert fire(RULE, CLINIC, VILLAGE, sweep(), *seen[:5]).none()
    assert fire(RULE, CLINIC, VILLAGE, sweep(), *seen[:4]).only()


def test_without_a_register_of_households_without_a_clock_and_elsewhere_nothing_is_said() -> None:
    hospital = row("fixmedins_b", fixmedins_code="V1", fixmedins_type="1", medins_kind="hospital")

    assert fire(RULE, CLINIC, sweep()).none()
    assert fire(RULE, CLINIC, VILLAGE, sweep(clock=False)).none()
    assert fire(RULE, hospital, VILLAGE, sweep()).none()


def test_a_bill_without_a_time_and_a_patient_without_an_age_are_not_testable() -> None:
    unknown = visit("M", person="A0", at_place="V1") + settle("M", person="A0", at_place="V1", when=None, shop=False)

    fired = fire(RULE, CLINIC, VILLAGE, unknown)

    assert fired.none()
    assert fired.not_testable == {"setl_time": 1, "age": 1}
