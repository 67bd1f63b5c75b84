"""Deciding on a lead, without a browser: the card, the dialog, the queue's segments, and somebody who was faster."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.cases import Act, Decisions
from app.cases.store import now
from app.views.desk import Desk
from graph.home import Home
from graph.ledger import Actor, Ledger
from tests.app.room.small_home import RUN, build
from tests.app.room.test_pages import leads, page, words

BEN = Actor("ben")


@pytest.fixture
def desk_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home of its own: what is decided here stays here."""
    home = build(Home(tmp_path / "home"), persons=40)
    monkeypatch.setenv("RINGSCOPE_HOME", str(home.root))
    monkeypatch.setenv("LOGNAME", "ann")
    st.cache_data.clear()
    return home


def asked(lead: str, name: str, n: int = 0, stands: str = "open") -> AppTest:
    """The dialog as a page of its own."""
    script = f"""
import streamlit as st
from app.views.decision import Seen, ask
from app.views.desk import desk
st.session_state.setdefault("known", {{"{lead}": Seen({n}, "{stands}")}})
ask(desk(), "{name}")
"""
    return AppTest.from_string(script, default_timeout=60).run()


def test_an_untouched_lead_says_so_and_opening_a_case_says_why_it_cannot(desk_home: Home) -> None:
    test = page("lead", id=leads(desk_home)["reflux_drug"])

    assert "还没有人处理过" in words(test)
    assert {"分派…", "搁置…", "排除…", "备注…"} <= {button.label for button in test.button if not button.disabled}
    assert [button.label for button in test.button if button.help and "本版本还没有案件" in button.help] == ["立案"]


def test_a_dismissal_is_written_and_leaves_the_queue_until_it_is_reopened(desk_home: Home) -> None:
    lead = leads(desk_home)["phantom_bed"]
    test = asked(lead, "dismiss")
    test.selectbox[0].set_value("innocent").run()
    test.text_area[0].set_value("计划内化疗周期，医嘱与排床表均在").run()
    test.button[0].click().run()

    standing = Decisions(desk_home).standing(lead)
    assert (standing.state, standing.reason, standing.actor) == ("dismissed", "innocent", "ann")
    assert Ledger(desk_home).tail()[-1]["reason"] == "计划内化疗周期，医嘱与排床表均在"
    assert lead not in Desk(desk_home, RUN).queue["lead_id"]

    shown = page("lead", id=lead)
    assert "计划内化疗周期，医嘱与排床表均在" in words(shown)
    assert {"重开…", "备注…"} <= {button.label for button in shown.button}
    assert "分派…" not in {button.label for button in shown.button}

    again = asked(lead, "reopen", 1, "dismissed")
    again.text_area[0].set_value("排床表是补录的").run()
    again.button[0].click().run()
    assert lead in Desk(desk_home, RUN).queue["lead_id"]


def test_a_dismissal_without_reason_or_text_is_not_written(desk_home: Home) -> None:
    lead = leads(desk_home)["phantom_bed"]
    test = asked(lead, "dismiss")
    test.button[0].click().run()

    assert any("须从清单选择理由" in warning.value for warning in test.warning)
    assert Decisions(desk_home).standing(lead).n == 0


def test_who_was_slower_sees_what_was_done_keeps_the_text_and_may_decide_again(desk_home: Home) -> None:
    lead = leads(desk_home)["phantom_bed"]
    test = asked(lead, "snooze")
    Decisions(desk_home).decide(lead, Act("assign", assignee="carol", text="她熟悉该院"), seen=0, actor=BEN)
    test.text_area[0].set_value("等下月交付补齐").run()
    test.button[0].click().run()

    said = words(test)
    assert "别人刚改过" in said
    assert "她熟悉该院" in said
    assert test.text_area[0].value == "等下月交付补齐"
    assert Decisions(desk_home).standing(lead).n == 1

    test.button[0].click().run()
    standing = Decisions(desk_home).standing(lead)
    assert (standing.state, standing.assignee, standing.actor) == ("snoozed", "carol", "ann")


def test_the_queue_shows_mine_and_what_was_set_aside(desk_home: Home) -> None:
    book, by = Decisions(desk_home), leads(desk_home)
    book.decide(by["reflux_drug"], Act("assign", assignee="ann"), seen=0, actor=BEN)
    book.decide(by["phantom_bed"], Act("snooze", until=now().date() + timedelta(days=9), text="等下月交付"), seen=0, actor=BEN)

    test = page("leads")
    assert "<b>3</b> 条待办" in words(test)
    for view, n in (("mine", 1), ("snoozed", 1), ("all", 3)):
        test.segmented_control(key="view").set_value(view).run()
        assert len(test.dataframe[0].value) == n
    test.selectbox(key="assignee-zh").set_value("ann").run()
    assert len(test.dataframe[0].value) == 1


def test_many_are_decided_at_once_and_the_one_that_changed_is_shown(desk_home: Home) -> None:
    by = leads(desk_home)
    known = {by[name]: (0, "open") for name in ("phantom_bed", "reflux_drug", "duplicate_charge")}
    script = f"""
import streamlit as st
from app.views.decision import Seen, ask
from app.views.desk import desk
st.session_state.setdefault("known", {{lead: Seen(*seen) for lead, seen in {known!r}.items()}})
ask(desk(), "assign")
"""
    test = AppTest.from_string(script, default_timeout=60).run()
    assert "3 条线索" in words(test)
    Decisions(desk_home).decide(by["reflux_drug"], Act("note", text="我正在看"), seen=0, actor=BEN)
    test.button[0].click().run()

    assert "我正在看" in words(test)
    assert {Decisions(desk_home).standing(lead).assignee for lead in known if lead != by["reflux_drug"]} == {"ann"}
    assert Decisions(desk_home).standing(by["reflux_drug"]).assignee == ""
