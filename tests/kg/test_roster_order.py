"""Bills in the order of the insurance roster, and queues, families, campaigns and days without a clock."""

import pytest

from tests.kg.crimes import Fact, check, days, fire, many, person, row, settle

RULE = "village_roster_order"
CLINIC = row("fixmedins_b", fixmedins_code="V1", fixmedins_type="1", medins_kind="village_clinic")
ROSTER = [f"N{n:02d}" for n in range(12)]
QUEUE = [ROSTER[n] for n in (7, 2, 9, 4, 0, 11, 5, 1, 10, 3, 8, 6)]


def run(order: list[str], *, gap: float = 60, day: int = 1, place: str = "V1", clock: bool = True) -> Fact:
    """The cards of a list settled one after the other."""
    start = days(day, 14)
    return many(
        settle(f"M-{day}-{card}", person=card, at_place=place, when=start + k * gap / 3600 if clock else days(day, 0), shop=False)
        for k, card in enumerate(order)
    )


@pytest.mark.parametrize("order", [ROSTER, ROSTER[::-1]])
def test_a_list_typed_down_or_up_is_cited(order: list[str]) -> None:
    finding = fire(RULE, CLINIC, run(order)).only()

    assert finding.subject == ("institution", "V1")
    assert len(finding.cites("setl_d")) == 12
    assert finding.facts["households"] == 12
    assert finding.facts["tau"] == pytest.approx(1)


def test_a_queue_is_in_no_order() -> None:
    assert fire(RULE, CLINIC, run(QUEUE)).none()


def test_eleven_households_are_too_few() -> None:
    assert fire(RULE, CLINIC, run(ROSTER[:11])).none()
    assert fire(RULE, CLINIC, *(person(card, family="FAM") for card in ROSTER[:2]), run(ROSTER)).none()


@pytest.mark.parametrize(("gap", "hits"), [(180, 1), (181, 0)])
def test_a_pause_ends_the_run(gap: float, hits: int) -> None:
    assert len(fire(RULE, CLINIC, run(ROSTER, gap=gap)).findings) == hits


def test_a_village_called_up_by_list_was_seen() -> None:
    seen = [check(None, person=card, at_place="V1", when=days(1, 13), kind="clinic") for card in ROSTER]

    assert fire(RULE, CLINIC, run(ROSTER), *seen[:6]).none()
    assert fire(RULE, CLINIC, run(ROSTER), *seen[:5]).only()


def test_a_hospital_and_a_day_without_a_clock_are_not_judged() -> None:
    hospital = row("fixmedins_b", fixmedins_code="H1", fixmedins_type="1", medins_kind="hospital")

    assert fire(RULE, hospital, run(ROSTER, place="H1")).none()
    assert fire(RULE, CLINIC, run(ROSTER, clock=False)).none()


def test_a_settlement_without_a_time_is_not_testable() -> None:
    unknown = settle("M", person="N00", at_place="V1", when=None, shop=False)

    fired = fire(RULE, CLINIC, unknown)

    assert fired.none()
    assert fired.not_testable == {"setl_time": 1}
