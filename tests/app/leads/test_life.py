"""A lead over runs: new, unchanged, grown, shrunk, gone; and closed once a person cleared it."""

from __future__ import annotations

from datetime import date, datetime

from app.cases import Act, Decisions
from app.leads.folder import Scope
from app.leads.reading import Leads
from graph.home import Home
from graph.ledger import Actor
from tests.app.leads.findings import Hit, line, make_run
from tests.books import make_book


def bed(*visits: str, psn: str = "P1", day: date = date(2025, 7, 1)) -> Hit:
    return Hit("phantom_bed", [line(v, psn=psn, day=day) for v in visits], subject=("patient", psn))


def only(leads: Leads, *, everything: bool = False) -> dict[str, object]:
    (row,) = leads.page(everything=everything).iter_rows(named=True)
    return row


def clear(home: Home, decided: datetime, *, result: str = "cleared", pattern: str | None = "phantom_bed", kind: str = "patient") -> None:
    verdict = {
        "outcome_id": f"o{decided}",
        "subject_type": kind,
        "subject_id": "P1",
        "stage": "panel",
        "result": result,
        "decided_at": decided,
    }
    make_book(home, {"case_outcome": [{**verdict, "pattern": pattern}]})


def test_the_states_of_a_lead(home: Home) -> None:
    assert only(make_run(home, bed("M1", "M2")))["state"] == "new"
    assert only(make_run(home, bed("M1", "M2")))["state"] == "unchanged"
    assert only(make_run(home, bed("M1", "M2", "M3")))["state"] == "grown"
    assert only(make_run(home, bed("M1")))["state"] == "shrunk"
    assert only(make_run(home, bed("M2")))["state"] == "grown"  # as many rows, but another one


def test_a_gone_lead_keeps_its_last_words_and_rows_and_is_shown_only_on_demand(home: Home) -> None:
    before = only(make_run(home, bed("M1", "M2")))
    gone = make_run(home, bed("X1", psn="P2"))

    assert gone.count() == 1
    row = gone.page({"state": "gone"}, everything=True).row(0, named=True)
    assert (row["lead_id"], row["sentence_zh"], row["first_seen"]) == (before["lead_id"], before["sentence_zh"], before["first_seen"])
    assert row["rank"] == 2
    assert gone.tables(row["lead_id"]) == {"fee_list_d": 2}
    assert gone.report["gone"] == 1


def test_a_gone_lead_that_comes_back_is_new_but_first_seen_long_ago(home: Home) -> None:
    make_run(home, bed("M1"), started=datetime(2026, 1, 1))
    make_run(home, bed("X1", psn="P2"), started=datetime(2026, 2, 1))
    back = make_run(home, bed("M1"), started=datetime(2026, 3, 1)).page({"subject_id": "P1"}).row(0, named=True)

    assert (back["state"], back["first_seen"]) == ("new", "2026-01-01")


def test_a_run_of_another_period_ends_no_lead(home: Home) -> None:
    make_run(home, bed("M1"))
    make_run(home, bed("X1", psn="P2"), scope=Scope(date_from=date(2025, 8, 1)))

    assert only(make_run(home, bed("M1")))["state"] == "unchanged"


def test_a_cleared_lead_is_closed_and_says_by_what(home: Home) -> None:
    make_run(home, bed("M1", "M2"))
    clear(home, datetime(2025, 8, 1))
    closed = make_run(home, bed("M1", "M2"))

    assert closed.count() == 0
    assert closed.report["closed"] == 1
    row = only(closed, everything=True)
    assert (row["closed"], row["prior_verdict"], row["cleared_at"]) == (True, "cleared", datetime(2025, 8, 1))


def test_it_opens_again_when_the_rows_outside_have_reached_a_fifth(home: Home) -> None:
    ten = [f"M{n}" for n in range(10)]
    make_run(home, bed(*ten))
    clear(home, datetime(2025, 8, 1))

    assert make_run(home, bed(*ten, "X1")).count() == 0
    assert make_run(home, bed(*ten, "X1", "X2")).count() == 1


def test_the_cleared_rows_stay_the_same_over_runs(home: Home) -> None:
    """Rows that joined while the lead was closed do not become cleared ones."""
    ten = [f"M{n}" for n in range(10)]
    make_run(home, bed(*ten))
    clear(home, datetime(2025, 8, 1))
    make_run(home, bed(*ten, "X1"))

    assert make_run(home, bed(*ten, "X1", "X2")).count() == 1


def test_rows_of_later_days_are_outside_even_without_an_earlier_run(home: Home) -> None:
    clear(home, datetime(2025, 7, 15))
    old, late = line("M1", day=date(2025, 7, 1)), line("M2", day=date(2025, 7, 20))

    assert make_run(home, Hit("phantom_bed", [old], subject=("patient", "P1"))).count() == 0
    assert make_run(home, Hit("phantom_bed", [old, late], subject=("patient", "P1"))).count() == 1


def test_a_verdict_about_another_pattern_or_type_does_not_clear(home: Home) -> None:
    clear(home, datetime(2025, 8, 1), pattern="card_cashing")
    assert make_run(home, bed("M1")).count() == 1
    clear(home, datetime(2025, 8, 1), kind="doctor")
    assert make_run(home, bed("M1")).count() == 1


def test_a_verdict_without_a_pattern_clears_all_of_them(home: Home) -> None:
    clear(home, datetime(2025, 8, 1), pattern=None)

    assert make_run(home, bed("M1")).count() == 0


def test_the_last_verdict_counts(home: Home) -> None:
    verdict = {"subject_type": "patient", "subject_id": "P1", "stage": "panel", "pattern": "phantom_bed"}
    first = {**verdict, "outcome_id": "1", "result": "cleared", "decided_at": datetime(2025, 8, 1)}
    appeal = {**verdict, "outcome_id": "2", "result": "upheld", "decided_at": datetime(2025, 9, 1)}
    make_book(home, {"case_outcome": [first, appeal]})

    row = only(make_run(home, bed("M1")))

    assert (row["closed"], row["prior_verdict"]) == (False, "upheld")


def dismiss(home: Home, lead_id: str, reason: str) -> None:
    Decisions(home).decide(lead_id, Act("dismiss", reason=reason, text="已核实，见笔录"), seen=0, actor=Actor("ann"))


def test_a_lead_dismissed_in_the_case_book_is_closed_until_there_is_really_more(home: Home) -> None:
    ten = [f"M{n}" for n in range(10)]
    lead = only(make_run(home, bed(*ten)))
    dismiss(home, str(lead["lead_id"]), "innocent")

    closed = only(make_run(home, bed(*ten, "X1")), everything=True)
    assert (closed["closed"], closed["prior_verdict"]) == (True, "cleared")
    assert make_run(home, bed(*ten, "X1", "X2")).count() == 1


def test_a_dismissal_that_clears_nobody_closes_and_is_no_verdict(home: Home) -> None:
    lead = only(make_run(home, bed("M1", "M2")))
    dismiss(home, str(lead["lead_id"]), "too_small")

    closed = only(make_run(home, bed("M1", "M2")), everything=True)
    assert (closed["closed"], closed["prior_verdict"]) == (True, None)


def test_a_reopened_lead_is_open_in_the_next_run(home: Home) -> None:
    lead = str(only(make_run(home, bed("M1", "M2")))["lead_id"])
    dismiss(home, lead, "innocent")
    assert make_run(home, bed("M1", "M2")).count() == 0
    Decisions(home).decide(lead, Act("reopen", text="另有证人"), seen=1, actor=Actor("ben"))

    assert make_run(home, bed("M1", "M2")).count() == 1


def test_who_takes_up_a_lead_that_grew_does_not_unclear_its_rows(home: Home) -> None:
    ten = [f"M{n}" for n in range(10)]
    lead = str(only(make_run(home, bed(*ten)))["lead_id"])
    dismiss(home, lead, "innocent")
    assert make_run(home, bed(*ten, "X1", "X2")).count() == 1
    Decisions(home).decide(lead, Act("assign", assignee="ben"), seen=1, actor=Actor("ben"), stands="open")

    again = make_run(home, bed(*ten, "X1", "X2"))
    assert again.count() == 1
    cleared = again._db.execute("SELECT COUNT(*) FROM lead_evidence WHERE cleared").fetchone()
    assert cleared == (10,)
