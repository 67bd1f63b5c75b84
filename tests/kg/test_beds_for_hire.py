"""Beds offered for nothing, and the people who fill them: free stays, a year from bed to bed, the same round for many."""

import pytest

from tests.kg.crimes import Fact, at, days, fire, line, many, person, row, settle, visit
from tests.kg.hospital import operation

FREE, FREQUENT, ROUND = "free_stay_offer", "frequent_stays_person", "hospital_hopping_sequence"


def lie(
    name: str, *, who: str | None = None, at_place: str = "H1", first: float = 0, nights: int = 5, illness: str | None = "R42.x00"
) -> Fact:
    """A stay of 1,000 yuan without anything that needs a bed."""
    patient = who or name
    begun = visit(name, person=patient, at_place=at_place, when=days(first, 9), med_type="21", endtime=at(days(first + nights, 15)))
    begun = Fact(tuple((t, {**r, "dscg_maindiag_code": illness}) for t, r in begun.rows), begun.key)
    return begun + line(name, person=patient, at_place=at_place, charge="05", when=days(first, 10), fen=100_000)


def owing(name: str, *, at_place: str = "H1", cash: int | None = 30_000, **more: object) -> Fact:
    """A stay of which the fund pays 700 yuan and the patient owes 300."""
    paid = settle(name, person=name, at_place=at_place, when=days(5, 15), fen=100_000, paid=70_000, shop=False)
    paid = Fact(tuple((t, {**r, "psn_pay": 30_000, "cash_payamt": cash, **more}) for t, r in paid.rows))
    return lie(name, at_place=at_place) + paid


CITY = many(owing(f"P{p}-{k}", at_place=f"P{p}") for p in range(5) for k in range(4))


@pytest.mark.parametrize(
    ("more", "hits"),
    [
        ({"cash": 2_999}, 1),
        ({"cash": 3_000}, 0),
        ({"ownpay_hosp_part": 27_001}, 1),
        ({"ownpay_hosp_part": 27_000}, 0),
        ({"cash": 0, "acct_pay": 30_000}, 0),
        ({"cash": 0, "maf_pay": 1}, 0),
        ({"cash": 0, "sp_psn_type": "101"}, 0),
        ({"cash": None}, 0),
    ],
)
def test_whose_share_was_not_paid_and_who_owed_none(more: dict[str, object], hits: int) -> None:
    run = fire(FREE, CITY, many(owing(f"X{k}", **more) for k in range(5)))  # type: ignore[arg-type]

    assert len(run.findings) == hits
    assert all(f.subject == ("institution", "H1") and len(f.cites("setl_d")) == 5 and not f.amount_fen for f in run)
    assert run.not_testable.get("cash_fen", 0) == (5 if more.get("cash", 0) is None else 0)


def test_four_unpaid_bills_and_the_custom_of_the_place_are_no_offer() -> None:
    custom = many(owing(f"P{p}-f{k}", at_place=f"P{p}", cash=0) for p in range(5) for k in range(2))

    assert fire(FREE, CITY, many(owing(f"X{k}", cash=0) for k in range(4))).none()
    assert fire(FREE, CITY, custom, many(owing(f"X{k}", cash=0) for k in range(5))).none()


def test_a_share_that_comes_back_within_a_fortnight_is_claimed() -> None:
    house = row("fixmedins_b", fixmedins_code="H1", fixmedins_type="1", bank_acct_h="BANK")
    names = [f"X{k}" for k in range(5)]
    known = house + many(row("psn_b", psn_no=n, bank_acct_h=f"A{n}") for n in names)

    def back(day: float, fen: int = 24_000) -> Fact:
        moved = {"payer_acct_h": "BANK", "amount": fen, "txn_time": at(days(day, 12))}
        return many(row("bank_txn", txn_id=n, payee_acct_h=f"A{n}", **moved) for n in names)

    whole = many(owing(n) for n in names)
    assert [fen for _, _, fen in fire(FREE, CITY, known, whole, back(19)).only().evidence] == [70_000] * 5
    assert fire(FREE, CITY, known, whole, back(20)).none()
    assert fire(FREE, CITY, known, whole, back(19, fen=23_999)).none()


MANY = many(lie(f"O{k}", at_place=f"H{k % 3}") for k in range(597))
"""597 patients with a stay each."""


def tour(who: str = "ANN", n: int = 6, *, houses: int = 3, nights: int = 5, step: int = 60, **more: object) -> Fact:
    name = who[0]
    return many(lie(f"{name}{k}", who=who, at_place=f"H{k % houses}", first=k * step, nights=nights, **more) for k in range(n))  # type: ignore[arg-type]


def party(**more: object) -> Fact:
    """Three who go the same rounds."""
    return tour(**more) + tour("BEA", **more) + tour("CAT", **more)  # type: ignore[arg-type]


def test_six_light_stays_in_three_hospitals_name_the_persons_who_keep_meeting_there() -> None:
    run = fire(FREQUENT, MANY, party())

    assert sorted(f.subject for f in run) == [("patient", who) for who in ("ANN", "BEA", "CAT")]
    assert all(len(f.cites("mdtrt_d")) == 6 and not f.amount_fen for f in run)


def test_no_house_answers_for_one_who_passed_through() -> None:
    alone = tour() + tour("BEA") + lie("B9", who="BEA", at_place="H9", first=200)

    assert fire(FREQUENT, MANY, alone).none()
    run = fire(FREQUENT, MANY, alone, tour("CAT"))
    assert {"mdtrt_id": "B9"} not in [row for f in run for row in f.cites("mdtrt_d")]


@pytest.mark.parametrize(
    "innocent",
    [
        {"n": 5},
        {"houses": 2},
        {"step": 73},  # the sixth on day 365
        {"illness": "C34.900"},
        {"illness": "I63.900"},
        {"illness": None},
    ],
)
def test_a_year_with_fewer_stays_or_an_illness_that_asks_for_them(innocent: dict[str, object]) -> None:
    assert fire(FREQUENT, MANY, party(**innocent)).none()  # type: ignore[arg-type]


def test_a_third_of_the_year_in_bed_counts_as_a_third_hospital_does() -> None:
    assert [f.facts["days_in_bed"] for f in fire(FREQUENT, MANY, party(houses=2, nights=20))] == [120] * 3


def test_operations_and_a_place_where_many_do_so_excuse() -> None:
    grave = many(operation(f"{who[0]}{k}", person=who) for who in ("ANN", "BEA", "CAT") for k in range(4))

    assert fire(FREQUENT, MANY, party(), grave).none()
    assert fire(FREQUENT, party(), many(lie(f"O{k}") for k in range(596))).none()  # three of 599


CROWD = many(lie(f"{h}-{k}", at_place=h) for h in ("A", "B", "C", *(f"D{n}" for n in range(9))) for k in range(10))
"""Twelve hospitals of one size."""


def walk(n: int = 6, *, gap: int = 10, family: bool = False, route: str = "ABC") -> Fact:
    """`n` persons through three hospitals."""
    names = [f"W{k}" if route == "ABC" else f"{route}{k}" for k in range(n)]
    homes = many(person(w, family="F" if family else f"F{w}") for w in names)
    stays = (lie(f"{w}{i or ''}{h}", who=w, at_place=h, first=i * (5 + gap), nights=5) for w in names for i, h in enumerate(route))
    return homes + many(stays)


def test_six_households_on_one_round_are_a_ring_of_patients_and_hospitals() -> None:
    finding = fire(ROUND, CROWD, walk()).only()

    assert {(kind, name) for kind, name, role in finding.members if role == "provider"} == {("institution", h) for h in "ABC"}
    assert {name for _, name, role in finding.members if role == "participant"} == {f"W{k}" for k in range(6)}
    assert len(finding.cites("mdtrt_d")) == 18
    assert not finding.amount_fen


def test_five_a_family_and_a_longer_pause_are_no_round() -> None:
    assert fire(ROUND, CROWD, walk(5)).none()
    assert fire(ROUND, CROWD, walk(family=True)).none()
    assert fire(ROUND, CROWD, walk(gap=15)).only()
    assert fire(ROUND, CROWD, walk(gap=16)).none()


def test_a_better_hospital_or_an_operation_is_a_reason_to_move() -> None:
    referred = walk()
    referred = Fact(
        tuple((t, {**r, "hosp_lv": "02"} if r.get("fixmedins_code") == "B" and t == "mdtrt_d" else r) for t, r in referred.rows)
    )

    assert fire(ROUND, CROWD, referred).none()
    assert fire(ROUND, CROWD, walk(), many(operation(f"W{k}1B", person=f"W{k}") for k in range(6))).none()


def test_where_patients_walk_every_way_none_is_a_round() -> None:
    small_town = many(lie(f"{h}-{k}", at_place=h) for h in "ABC" for k in range(10))

    assert fire(ROUND, small_town, *(walk(route=way) for way in ("ABC", "ACB", "ABA", "ACA"))).none()
