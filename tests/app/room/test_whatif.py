"""The trial of a rule on its page: a looser value brings a lead in, the present one none; two people change it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.cases.jobs import AT_WORK, Jobs
from app.leads import run
from graph.home import Home
from graph.ledger import Actor
from kg.site import changes, site_rules
from tests.app.room.test_pages import words
from tests.app.tuning.boxes import RULE, two_boxes_twice

FIELD = f"{RULE}-1--min_codes"


@pytest.fixture
def tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home where the rule is one code short of a lead."""
    home = Home(tmp_path / "home").make()
    two_boxes_twice(home)
    run(home)
    monkeypatch.setenv("RINGSCOPE_HOME", str(home.root))
    monkeypatch.setenv("LOGNAME", "ann")
    st.cache_data.clear()
    return home


def page(**query: str) -> AppTest:
    script = "from app.widgets.page import guarded\nfrom app.views.whatif import show\nwith guarded('whatif'):\n    show()\n"
    test = AppTest.from_string(script, default_timeout=60)
    for key, value in {"rule": RULE, **query}.items():
        test.query_params[key] = value
    return test.run()


def button(test: AppTest, label: str) -> object:
    return next(one for one in test.button if one.label == label)


def test_each_parameter_stands_with_unit_and_reason(tried: Home) -> None:
    said = words(page())

    assert "one or two wrong scans happen at every till" in said
    assert "现在 3 code" in said


def test_the_present_value_is_not_tried_and_the_page_says_why(tried: Home) -> None:
    test = page()
    run_it = button(test, "试算")
    assert run_it.disabled  # type: ignore[attr-defined]
    assert "与现在相同的值" in run_it.help  # type: ignore[attr-defined]

    test.number_input(key=FIELD).set_value(2).run()
    assert not button(test, "试算").disabled  # type: ignore[attr-defined]


def test_a_looser_value_brings_a_lead_in_before_anything_is_changed(tried: Home) -> None:
    test = page()
    test.number_input(key=FIELD).set_value(2).run()
    button(test, "试算").click().run()  # type: ignore[attr-defined]
    (job,) = Jobs(tried).jobs("whatif")
    while Jobs(tried).job(job.id).state in AT_WORK:
        time.sleep(0.2)

    again = page(job=job.id)
    said = words(again)
    assert again.number_input(key=f"{RULE}-1-{job.id}-min_codes").value == 2
    assert not button(again, "提出改值…").disabled  # type: ignore[attr-defined]
    assert "进 1，出 0" in said
    assert "现在 0（+1）" in said
    assert "零售药店 · 无等级" in said
    assert "还没有处理结果" in said
    assert changes(tried) == []
    assert run(tried).leads == 0


def test_a_job_that_failed_shows_its_last_words(tried: Home) -> None:
    job_id = Jobs(tried).start("whatif", ["rules", "whatif", RULE, "--set", "min_codes=many"], actor=Actor("ann"))
    while Jobs(tried).job(job_id).state in AT_WORK:
        time.sleep(0.2)

    said = words(page(job=job_id))
    assert "没有完成" in said
    assert "a value of the kind of 3" in said


def test_a_job_of_another_book_is_no_answer(tried: Home) -> None:
    assert "没有这个任务" in words(page(job="<b>nobody</b>"))


def test_a_change_is_proposed_with_a_reason_and_approved_by_somebody_else(tried: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    script = f"from app.views.proposal import ask\nfrom app.views.desk import current_home\nask(current_home(), {RULE!r}, ['min_codes=2'])"
    dialog = AppTest.from_string(script, default_timeout=60).run()
    dialog.button[0].click().run()
    assert any("没有写理由" in warning.value for warning in dialog.warning)
    dialog.text_area[0].set_value("本地两次即可认定").run()
    dialog.button[0].click().run()

    own = button(page(), "批准")
    assert own.disabled  # type: ignore[attr-defined]
    assert "须由另一人批准" in own.help  # type: ignore[attr-defined]
    monkeypatch.setenv("LOGNAME", "ben")
    button(page(), "批准").click().run()  # type: ignore[attr-defined]

    (change,) = changes(tried)
    assert (change.state, change.proposed_by, change.approved_by) == ("in force", "ann", "ben")
    assert site_rules(tried)[RULE].parameters["min_codes"].value == 2


def test_the_page_in_english_has_no_chinese_of_its_own(tried: Home) -> None:
    assert "What another value would do" in words(page(lang="en"))
