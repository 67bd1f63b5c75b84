"""An insider's hand at the desk: entered and approved by one."""

from tests.kg.crimes import days, fire, many, row
from tests.kg.desk import act, bill
from tests.kg.facts import Fact

OWN = "handler_self_approval"


def case(claim: Fact, *, by: str = "DESK1", reviewer: str = "DESK2", day: float = 26, gap: float = 1.0, seat: str | None = None) -> Fact:
    """A claim entered by one and reviewed `gap` hours later; everybody works at a seat of his own unless the reviewer sits at `seat`."""
    start = days(day, 9)
    entered = act("accept", claim, by=by, when=start, ip=f"IP-{by}")
    checked = act("review", claim, by=reviewer, when=start + gap, reviewer=reviewer, ip=seat or f"IP-{reviewer}")
    return claim + entered + checked + act("pay", claim, by=by, when=start + gap + 1, reviewer=reviewer, ip=f"IP-{by}")


def claims(n: int, **how: object) -> Fact:
    return many(case(bill(by_hand=True, person=f"{how}-{i}"), day=26 + i, **how) for i in range(n))  # type: ignore[arg-type]


HONEST = claims(20) + claims(20, by="DESK2", reviewer="DESK1")


def test_three_cases_that_nobody_else_saw_are_cited_with_log_and_settlements() -> None:
    finding = fire(OWN, HONEST, claims(3, by="DESK3", reviewer="DESK3")).only()

    assert finding.subject == ("handler", "DESK3")
    assert len(finding.cites("handler_log")) == 9
    assert len(finding.cites("setl_d")) == 3
    assert (finding.facts["cases"], finding.facts["under_another_account"]) == (3, 0)
    assert finding.amount_fen in (None, 0)  # what hides in them, the second look will say


def test_a_colleagues_account_at_his_desk_within_minutes_is_his_own_hand() -> None:
    finding = fire(OWN, HONEST, claims(3, by="DESK3", reviewer="DESK2", gap=1 / 12, seat="IP-DESK3")).only()

    assert finding.subject == ("handler", "DESK3")
    assert finding.facts["under_another_account"] == 3


def test_minutes_later_at_ones_own_desk_or_longer_later_is_a_review() -> None:
    assert fire(OWN, HONEST, claims(3, by="DESK3", gap=1 / 12)).none()
    assert fire(OWN, HONEST, claims(3, by="DESK3", gap=1 / 12 + 1 / 3600, seat="IP-DESK3")).none()


def test_two_colleagues_who_always_share_a_desk_are_two() -> None:
    shared = claims(20, by="DESK3", reviewer="DESK4", gap=1 / 12, seat="IP-DESK3")

    assert fire(OWN, HONEST, shared).none()


def test_two_cases_on_a_bad_day_and_a_second_reviewer_are_no_habit() -> None:
    own = claims(3, by="DESK3", reviewer="DESK3")
    seen = many(act("复核", str(r["setl_id"]), by="DESK1", when=days(40)) for t, r in own.rows if t == "setl_d")

    assert fire(OWN, HONEST, claims(2, by="DESK3", reviewer="DESK3")).none()
    assert fire(OWN, HONEST, own, seen).none()


def test_an_office_with_one_reviewer_or_a_log_that_always_looks_so_is_not_judged() -> None:
    assert fire(OWN, claims(3)).none()
    assert fire(OWN, claims(9, by="DESK3", reviewer="DESK3")).none()
    assert fire(OWN, HONEST, claims(11, by="DESK3", reviewer="DESK3")).none()  # every fifth
    assert fire(OWN, HONEST, claims(10, by="DESK3", reviewer="DESK3")).only()


def test_an_entry_about_nothing_is_not_testable() -> None:
    run = fire(OWN, HONEST, row("handler_log", log_id="X", opter_id="DESK1", action="accept", log_time="2025-08-01 09:00:00"))

    assert run.none()
    assert run.not_testable["object_id"] == 1
