"""Outpatient bills that nobody registered, diagnosed or signed; and return visits, chronic prescriptions and torn uploads."""

import pytest

from tests.kg.crimes import DRUG, SERVICE, Fact, days, fire, line, many, row, settle, visit

RULE = "visit_without_registration"
HOUSE = row("fixmedins_b", fixmedins_code="H1", fixmedins_type="1", medins_kind="hospital")


def bill(
    who: str,
    *,
    day: int = 1,
    minute: float = 0,
    doctor: str | None = None,
    ill: str | None = None,
    registered: bool = False,
    charge: str | None = "09",
    till: str = "T1",
    when: bool = True,
    **more: object,
) -> Fact:
    """A bill for a drug at the hospital's counter; by default with nothing that a visit leaves."""
    name, at = f"M-{who}-{day}", days(day, 10 + minute / 60)
    seen = visit(name, person=who, at_place="H1", when=at, med_type="11", otp_diag_info=ill, **more)
    paid = settle(name, person=who, at_place="H1", when=at if when else None, fen=20_000, shop=False, till=till)
    lines = [line(name, person=who, at_place="H1", item=DRUG, when=at, charge=charge, fen=20_000)]
    lines += [line(name, person=who, at_place="H1", item=SERVICE, when=at, charge="02", fen=0)] if registered else []
    signed = Fact(tuple((t, {**r, "bilg_dr_code": doctor}) for t, r in many(lines).rows))
    return seen + paid + signed


HONEST = many(
    bill(f"N{n}-{day}", day=day, minute=5 * n, doctor="DR", ill="J06.900", registered=True, till="T1")
    for n in range(2)
    for day in range(1, 14)
)


def empty(n: int, *, gap: float = 30, **more: object) -> Fact:
    """A bill a day, so that no day is torn."""
    return many(bill(f"E{k}", day=1 + k % 6, minute=100 + gap * (k // 6), **more) for k in range(n))  # type: ignore[arg-type]


def drawer(n: int, *, seconds: float) -> Fact:
    """The cards of a drawer, one after the other on one busy day."""
    busy = many(bill(f"B{k}", day=8, minute=k, doctor="DR", ill="J06.900", registered=True) for k in range(20))
    return busy + many(bill(f"E{k}", day=8, minute=120 + k * seconds / 60) for k in range(n))


def test_bills_without_anything_are_cited_and_claim_nothing_by_themselves() -> None:
    finding = fire(RULE, HOUSE, HONEST, empty(5)).only()

    assert finding.subject == ("institution", "H1")
    assert len(finding.cites("setl_d")) == 5
    assert finding.evidence == []
    assert (finding.facts["persons"], finding.facts["visits"], finding.facts["settled_one_after_the_other"]) == (5, 31, 0)


@pytest.mark.parametrize(("cards", "seconds", "claimed"), [(6, 90, 6), (6, 91, 0), (5, 90, 0)])
def test_a_drawer_of_cards_settled_in_one_go_is_claimed(cards: int, seconds: float, claimed: int) -> None:
    finding = fire(RULE, HOUSE, HONEST, drawer(cards, seconds=seconds)).only()

    assert [fen for _, _, fen in finding.evidence] == [20_000] * claimed
    assert finding.facts["settled_one_after_the_other"] == claimed


def test_four_persons_are_negligence() -> None:
    assert fire(RULE, HOUSE, HONEST, empty(4)).none()


@pytest.mark.parametrize("one", [{"doctor": "DR"}, {"ill": "J06.900"}, {"registered": True}, {"dise_no": "M03900"}, {"chfpdr_code": "DR"}])
def test_one_sign_of_a_visit_is_enough(one: dict[str, object]) -> None:
    assert fire(RULE, HOUSE, HONEST, empty(5, **one)).none()


@pytest.mark.parametrize(("day", "hits"), [(1, 0), (0, 1)])
def test_a_return_visit_within_a_week_needs_no_second_registration(day: int, hits: int) -> None:
    first = many(bill(f"E{k}", day=day + k, doctor="DR", ill="J06.900", registered=True) for k in range(5))
    back = many(bill(f"E{k}", day=8 + k, minute=100) for k in range(5))

    assert len(fire(RULE, HOUSE, HONEST, first, back).findings) == hits


def test_two_missing_are_counted_and_accuse_nobody() -> None:
    half = many(bill(f"D{k}", day=1 + k, minute=200, doctor="DR") for k in range(6))

    assert fire(RULE, HOUSE, HONEST, half).none()
    assert fire(RULE, HOUSE, HONEST, half, empty(5)).only().facts["visits_lacking_two"] == 6


def test_what_most_visits_of_a_house_lack_was_never_sent() -> None:
    """More than half without a diagnosis: then its absence says nothing."""
    undiagnosed = many(bill(f"U{n}-{day}", day=day, minute=60 + n, doctor="DR", registered=True) for n in range(4) for day in range(1, 7))

    assert fire(RULE, HOUSE, HONEST, undiagnosed, empty(6)).none()


def test_a_till_and_a_day_of_empty_bills_is_a_torn_upload() -> None:
    day = many(bill(f"E{k}", day=9, minute=30 * k) for k in range(6))

    assert fire(RULE, HOUSE, HONEST, day).none()
    assert fire(RULE, HOUSE, HONEST, empty(5, till="MACHINE")).none()


def test_an_unknown_kind_of_line_may_be_the_registration_and_a_bill_without_time_is_not_judged() -> None:
    fired = fire(RULE, HOUSE, HONEST, empty(5, charge=None), bill("Z", when=False))

    assert fired.none()
    assert fired.not_testable == {"med_chrgitm_type": 5, "setl_time": 1}


def test_a_shop_needs_no_registration() -> None:
    shop = row("fixmedins_b", fixmedins_code="H1", fixmedins_type="2", medins_kind="pharmacy")

    assert fire(RULE, shop, HONEST, empty(5)).none()
