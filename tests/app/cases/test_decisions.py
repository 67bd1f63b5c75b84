"""Decisions about leads: what may be done, two people on one lead, and the ledger that holds each of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from app.cases import Act, ChangedMeanwhile, Decisions
from app.cases.decisions import NOT_KEPT
from graph.errors import WrongUse
from graph.home import Home
from graph.ledger import Actor, Ledger

ANN, BEN = Actor("ann"), Actor("ben")
DISMISS = Act("dismiss", reason="innocent", text="家属代购，户籍为证")
FAR = date.today() + timedelta(days=400)


def entries(home: Home) -> list[tuple[object, object]]:
    return [(entry["action"], entry["subject"]) for entry in Ledger(home).tail(100)]


def test_a_lead_that_nobody_has_touched_is_open(home: Home) -> None:
    standing = Decisions(home).standing("L1")

    assert (standing.n, standing.state, standing.assignee) == (0, "open", "")


def test_the_acts_follow_one_another_and_each_says_who_when_and_what_was_before(home: Home) -> None:
    book = Decisions(home)
    book.decide("L1", Act("assign", assignee="ben"), seen=0, actor=ANN)
    book.decide("L1", Act("snooze", until=FAR, text="等下月交付"), seen=1, actor=BEN)
    book.decide("L1", Act("reopen", text="交付已到"), seen=2, actor=BEN)
    book.decide("L1", Act("note", text="已电话核对"), seen=3, actor=ANN)
    last = book.decide("L1", DISMISS, seen=4, actor=BEN, run_id="r1")

    told = [(row.actor, row.act, row.state_before, row.state, row.assignee) for row in book.history("L1")]
    assert told == [
        ("ann", "assign", "open", "open", "ben"),
        ("ben", "snooze", "open", "snoozed", "ben"),
        ("ben", "reopen", "snoozed", "open", "ben"),
        ("ann", "note", "open", "open", "ben"),
        ("ben", "dismiss", "open", "dismissed", "ben"),
    ]
    assert all(row.at for row in book.history("L1"))
    assert (last.state, last.reason, last.n) == ("dismissed", "innocent", 5)


def test_every_decision_has_its_entry_and_the_chain_holds(home: Home) -> None:
    book = Decisions(home)
    book.decide("L1", Act("assign", assignee="ben"), seen=0, actor=ANN)
    book.decide("L1", DISMISS, seen=1, actor=BEN)

    (assigned, dismissed) = Ledger(home).tail()
    assert (assigned["action"], dismissed["action"]) == ("lead.assign", "lead.dismiss")
    assert [row.entry for row in book.history("L1")] == [assigned["n"], dismissed["n"]]
    assert dismissed["reason"] == DISMISS.text
    assert dismissed["facts"] == {"n": 2, "from": "open", "to": "dismissed", "assignee": "ben", "why": "innocent"}
    assert Ledger(home).verify().holds


def test_the_second_is_told_what_the_first_did_and_nothing_is_lost(home: Home) -> None:
    book = Decisions(home)
    book.decide("L1", DISMISS, seen=0, actor=ANN)

    with pytest.raises(ChangedMeanwhile, match="ann dismiss") as told:
        Decisions(home).decide("L1", Act("assign", assignee="ben"), seen=0, actor=BEN)

    assert [(row.actor, row.act, row.text) for row in told.value.since] == [("ann", "dismiss", DISMISS.text)]
    assert book.standing("L1").state == "dismissed"
    assert entries(home) == [("lead.dismiss", "L1")]


def test_of_twenty_at_once_one_wins(home: Home) -> None:
    def one(n: int) -> bool:
        try:
            Decisions(home).decide("L1", Act("assign", assignee=f"p{n}"), seen=0, actor=Actor(f"p{n}"))
        except ChangedMeanwhile:
            return False
        return True

    with ThreadPoolExecutor(20) as crowd:
        won = list(crowd.map(one, range(20)))

    assert won.count(True) == 1
    assert Decisions(home).standing("L1").assignee == f"p{won.index(True)}"
    assert len(entries(home)) == 1


def test_a_crash_before_the_row_is_taken_back_and_never_leaves_a_decision_without_an_entry(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Decisions(home)
    with monkeypatch.context() as broken:
        broken.setattr("app.cases.decisions._row", lambda *_a, **_k: (_ for _ in ()).throw(OSError("disk is full")))
        with pytest.raises(OSError, match="disk"):
            book.decide("L1", DISMISS, seen=0, actor=ANN)
    assert book.standing("L1").state == "open"

    book.decide("L2", DISMISS, seen=0, actor=BEN)
    book.decide("L1", DISMISS, seen=0, actor=ANN)

    assert entries(home) == [("lead.dismiss", "L1"), (NOT_KEPT, "L1"), ("lead.dismiss", "L2"), ("lead.dismiss", "L1")]
    assert Ledger(home).tail()[1]["facts"] == {"entry": 1}


def test_without_an_entry_there_is_no_decision(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ledger, "append", lambda *_a, **_k: (_ for _ in ()).throw(OSError("no ledger")))
    with pytest.raises(OSError, match="no ledger"):
        Decisions(home).decide("L1", DISMISS, seen=0, actor=ANN)

    assert Decisions(home).standing("L1").n == 0


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (Act("dismiss", reason="because", text="没有理由"), "one of: innocent"),
        (Act("dismiss", reason="innocent", text="  "), "at least 4 characters"),
        (Act("snooze", until=date.today(), text="等下月交付"), "a day after"),
        (Act("snooze", text="等下月交付"), "a day after"),
        (Act("note"), "at least 4 characters"),
        (Act("reopen", text="没有搁置过"), "one that is snoozed or dismissed"),
    ],
)
def test_what_an_act_lacks_is_said_and_nothing_is_written(home: Home, act: Act, why: str) -> None:
    with pytest.raises(WrongUse) as said:
        Decisions(home).decide("L1", act, seen=0, actor=ANN)

    assert why in str(said.value)
    assert entries(home) == []


def test_a_dismissed_lead_is_reopened_before_anything_else(home: Home) -> None:
    book = Decisions(home)
    book.decide("L1", DISMISS, seen=0, actor=ANN)

    with pytest.raises(WrongUse, match="assign on a lead that is dismissed"):
        book.decide("L1", Act("assign", assignee="ben"), seen=1, actor=BEN)
    book.decide("L1", Act("note", text="仍可备注"), seen=1, actor=BEN)


def test_what_stands_dismissed_and_whether_that_clears(home: Home) -> None:
    book = Decisions(home)
    book.decide("L1", DISMISS, seen=0, actor=ANN)
    book.decide("L1", Act("note", text="补充户籍页"), seen=1, actor=ANN)
    book.decide("L2", Act("dismiss", reason="too_small", text="不足百元"), seen=0, actor=ANN)
    book.decide("L3", DISMISS, seen=0, actor=ANN)
    book.decide("L3", Act("reopen", text="又有新证据"), seen=1, actor=BEN)

    assert dict(book.dismissals().select("lead_id", "result").iter_rows()) == {"L1": "cleared", "L2": "set_aside"}
    assert book.people() == ["ann", "ben"]
