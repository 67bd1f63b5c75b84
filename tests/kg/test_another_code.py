"""Settled under another's code: the desk of a suspended place, a till lent to a quarter far away; neighbours, new jobs, second sites."""

import pytest

from tests.kg.crimes import DRUG, Fact, days, fire, line, many, row, settle

MOVED, TILL = "suspended_customers_settled_elsewhere", "till_lent_to_another_place"


def place(code: str, status: str, since: str, until: str | None) -> Fact:
    return row("fixmedins_b", fixmedins_code=code, fixmedins_type="2", agreement_status=status, status_from=since, status_to=until)


BARRED = (
    place("S", "active", "2023-01-01", "2025-08-05")
    + place("S", "suspended", "2025-08-06", "2025-09-05")
    + place("T", "active", "2023-01-01", None)
)
"""S has no agreement from day 30 to day 60."""


def served(at: str, desk: str, who: range, day: float) -> Fact:
    return many(settle(f"{at}-{desk}-{n}-{day}", person=f"P{n}", at_place=at, till=desk, when=days(day)) for n in who)


BEFORE = served("S", "DESK", range(10), 5)
NEXT_TO_IT = served("T", "OWN", range(9, 29), 42)
"""The own desk of T in the days of the suspension: of its twenty customers one was served at S before."""


def test_the_suspended_desk_settles_for_its_customers_under_another_code() -> None:
    finding = fire(MOVED, BARRED, BEFORE, NEXT_TO_IT, served("T", "DESK", range(6), 40)).only()

    assert finding.subject == ("institution", "T")
    assert len(finding.cites("setl_d")) == 6
    assert (finding.facts["suspended"], finding.facts["persons_served_there_before"]) == ("S", 6)


def test_customers_who_go_to_the_neighbour_pay_at_the_neighbours_desk() -> None:
    assert fire(MOVED, BARRED, BEFORE, served("T", "OTHER", range(10), 40)).none()


@pytest.mark.parametrize(("crowd", "hits"), [(33, 1), (34, 0)])
def test_a_cashier_with_a_new_job_serves_whom_the_desks_beside_hers_serve(crowd: int, hits: int) -> None:
    """Five of 33 are three times as many as one in twenty; of 34 they are fewer."""
    hers = served("T", "DESK", range(5), 40) + served("T", "DESK", range(40, 35 + crowd), 41)

    assert len(fire(MOVED, BARRED, BEFORE, NEXT_TO_IT, hers).findings) == hits


def test_customers_who_changed_over_by_themselves_go_to_all_desks() -> None:
    everywhere = served("T", "OWN", range(3), 42) + served("T", "OWN", range(50, 55), 42)

    assert fire(MOVED, BARRED, BEFORE, everywhere, served("T", "DESK", range(6), 40)).none()


def test_four_known_customers_may_have_met_their_cashier_again_and_a_lone_desk_tells_nothing() -> None:
    assert fire(MOVED, BARRED, BEFORE, NEXT_TO_IT, served("T", "DESK", range(4), 40), served("T", "DESK", range(60, 64), 40)).none()
    assert fire(MOVED, BARRED, BEFORE, served("T", "DESK", range(6), 40)).none()


def test_relief_few_bills_and_other_days_are_no_front() -> None:
    relief = served("T", "DESK", range(50, 52), 6)

    assert fire(MOVED, BARRED, BEFORE, NEXT_TO_IT, relief, served("T", "DESK", range(6), 40)).none()
    assert fire(MOVED, BARRED, BEFORE, NEXT_TO_IT, served("T", "DESK", range(4), 40)).none()
    assert fire(MOVED, BARRED, BEFORE, NEXT_TO_IT, served("T", "DESK", range(6), 61)).none()


def test_a_suspension_without_a_first_day_is_not_testable() -> None:
    run = fire(MOVED, row("fixmedins_b", fixmedins_code="S", agreement_status="suspended"), BEFORE)

    assert run.none()
    assert run.not_testable["status_from"] == 1


SHOP = row("fixmedins_b", fixmedins_code="T", fixmedins_type="2", medins_kind="pharmacy", lat=30.0, lnt=120.0)


def sold(desk: str, n: int, *, km: float | None, goods: int) -> Fact:
    """`n` sales at a desk to persons who live so far north of the shop; the first `goods` of them with a box."""
    facts = []
    for k in range(n):
        who, name = f"{desk}-{k}", f"M-{desk}-{k}"
        home = row("psn_b", psn_no=who, lat=None if km is None else 30.0 + km / 111.32, lnt=120.0)
        bill = settle(name, person=who, at_place="T", till=desk, when=days(k)) + line(name, person=who, at_place="T", item=DRUG, sn="L")
        line_of = {"fixmedins_code": "T", "mdtrt_id": name, "bkkp_sn": "L", "psn_no": who, "med_list_codg": DRUG}
        box = row("drug_trac_3513", **line_of, drug_trac_codg=f"BOX-{name}")
        facts.append(home + bill + (box if k < goods else Fact(())))
    return many(facts)


OWN = sold("OWN", 40, km=1, goods=40)


def test_a_desk_whose_customers_live_far_and_whose_goods_nobody_sees_cites_its_sales() -> None:
    finding = fire(TILL, SHOP, OWN, sold("LENT", 10, km=9, goods=7)).only()

    assert finding.subject == ("institution", "T")
    assert len(finding.cites("setl_d")) == 10
    assert (finding.facts["desk"], finding.facts["share_with_box"]) == ("LENT", 0.7)


def test_of_two_lent_desks_neither_speaks_for_the_other() -> None:
    finding = fire(TILL, SHOP, OWN, sold("LENT", 30, km=9, goods=0), sold("FAR", 30, km=40, goods=20)).only()

    assert (finding.facts["desks"], len(finding.cites("setl_d"))) == (2, 60)


@pytest.mark.parametrize(
    "other",
    [
        sold("NEW", 10, km=1, goods=0),  # a scanner that is not yet connected; the customers are neighbours
        sold("SITE", 10, km=9, goods=8),  # a registered second site
        sold("FEW", 9, km=9, goods=0),
        sold("NEAR", 10, km=2.9, goods=0),
        sold("WHERE", 10, km=None, goods=0),
    ],
)
def test_new_desks_second_sites_and_unknown_homes_are_not_accused(other: Fact) -> None:
    assert fire(TILL, SHOP, OWN, other).none()


def test_where_no_desk_scans_none_stands_out() -> None:
    assert fire(TILL, SHOP, sold("OWN", 40, km=1, goods=19), sold("LENT", 10, km=9, goods=0)).none()


def test_homes_that_nobody_knows_are_counted() -> None:
    assert fire(TILL, SHOP, OWN, sold("WHERE", 10, km=None, goods=0)).not_testable["lat"] == 10
