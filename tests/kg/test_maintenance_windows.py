"""Bills made while the system was shut; and retries, later uploads, maintenance that was called off, handlers who served others."""

from __future__ import annotations

import pytest

from tests.kg.crimes import Fact, at, days, fire, many, row, serial, settle
from tests.kg.desk import act

RULE = "maintenance_window_settlement"
NIGHT = {"window_from": at(days(10, 1)), "window_to": at(days(10, 4))}
SHUT = row("calendar", date_from=at(days(10, 0)), date_to=at(days(10, 0)), kind="maintenance", **NIGHT)
OPEN = many(
    settle(serial("M"), person=f"N{d}", at_place=f"H{h}", when=days(d, 2 + h / 10), shop=False) for d in range(10) for h in range(2)
)
"""Two emergency rooms that settle at night, and kept the window."""


def bill(
    who: str, minute: float, *, fen: int = 5_000, place: str = "P1", till: str | None = "T1", written: float | None = None, day: int = 10
) -> Fact:
    made = settle(f"M-{who}-{minute:g}-{day}", person=who, at_place=place, when=days(day, 2 + minute / 60), fen=fen, till=till or "")
    rows = {**made.rows[0][1], "crte_time": None if written is None else at(days(day, written)), "opter_id": till}
    return Fact((("setl_d", rows),), made.key)


def three(**more: object) -> Fact:
    return many(bill(who, 10 * n, **more) for n, who in enumerate(("ANN", "BOB", "CAT")))  # type: ignore[arg-type]


def test_bills_made_in_the_window_name_the_account_and_claim_what_was_paid() -> None:
    finding = fire(RULE, SHUT, OPEN, three()).only()

    assert finding.subject == ("handler", "T1")
    assert [fen for _, _, fen in finding.evidence] == [5_000] * 3
    assert (finding.facts["institution"], finding.facts["windows"], finding.facts["entered_before_at_the_desk"]) == ("P1", 1, False)


def test_a_handler_who_touched_those_cards_the_day_before_is_named() -> None:
    entries = [act("change", who, by="DESK7", when=days(9, 16)) for who in ("ANN", "BOB", "CAT")]

    finding = fire(RULE, SHUT, OPEN, three(), *entries).only()

    assert finding.subject == ("handler", "DESK7")
    assert len(finding.cites("handler_log")) == 3
    assert finding.facts["entered_before_at_the_desk"] is True


@pytest.mark.parametrize(("about", "when"), [("ANN", days(9, 0.99)), ("ZOE", days(9, 16)), ("ANN", days(10, 4.1))])
def test_who_worked_earlier_later_or_for_others_is_not(about: str, when: float) -> None:
    assert fire(RULE, SHUT, OPEN, three(), act("change", about, by="DESK7", when=when)).only().subject == ("handler", "T1")


def test_two_bills_are_retries_but_one_card_with_two_sums_is_none() -> None:
    retry = bill("ANN", 1) + bill("ANN", 2)

    assert fire(RULE, SHUT, OPEN, retry).none()
    assert fire(RULE, SHUT, OPEN, bill("ANN", 1) + bill("ANN", 2, fen=7_000)).only()


def test_the_edges_of_the_window() -> None:
    """From one o'clock to four, both included."""
    inside = bill("ANN", -60) + bill("BOB", 120) + bill("CAT", 0)

    assert len(fire(RULE, SHUT, OPEN, inside).only().cites("setl_d")) == 3
    assert fire(RULE, SHUT, OPEN, bill("ANN", -61) + bill("BOB", 121) + bill("CAT", 0)).none()


def test_offline_by_leave_is_uploaded_later_and_a_false_hour_is_seen_by_when_it_was_written() -> None:
    assert fire(RULE, SHUT, OPEN, three(written=9)).none()
    assert fire(RULE, SHUT, OPEN, many(bill(w, 600 + n, written=2 + n / 60) for n, w in enumerate(("ANN", "BOB", "CAT")))).only()


def test_maintenance_that_was_called_off_shut_nothing() -> None:
    """One of the two who work at night carried on as ever."""
    assert fire(RULE, SHUT, OPEN, three(), bill("N0", 5, place="H0")).none()


def test_accomplices_are_counted_together() -> None:
    found = fire(RULE, SHUT, OPEN, three(), three(place="P2", till="T2"))

    assert {f.subject[1]: f.facts["institutions_in_one_window"] for f in found} == {"T1": 2, "T2": 2}


def test_without_an_account_the_institution_is_named() -> None:
    assert fire(RULE, SHUT, OPEN, three(till=None)).only().subject == ("institution", "P1")


def test_a_window_without_hours_another_kind_of_day_and_a_bill_without_a_time_say_nothing() -> None:
    day = row("calendar", date_from=at(days(10, 0)), date_to=at(days(10, 0)), kind="maintenance")
    holiday = row("calendar", date_from=at(days(10, 0)), date_to=at(days(10, 0)), kind="holiday", **NIGHT)

    assert fire(RULE, day, OPEN, three()).none()
    assert fire(RULE, holiday, OPEN, three()).none()
    assert fire(RULE, SHUT, settle("M", when=None)).not_testable == {"setl_time": 1}
