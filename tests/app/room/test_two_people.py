"""Two people in two rooms on one home, in a real Chromium: deciding, being slower, trying a rule, and asking for its change."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app.bench.browser import served
from app.cases import Decisions
from app.cases.jobs import AT_WORK, Jobs
from app.leads import run
from app.views.desk import Desk
from graph.home import Home
from graph.ledger import Ledger
from kg.site import changes
from tests.app.room.conftest import Watched
from tests.app.room.small_home import RUN, build
from tests.app.tuning.boxes import RULE, two_boxes_twice


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return build(Home(tmp_path_factory.mktemp("shared") / "home"), persons=40)


def as_person(name: str, home: Home) -> Iterator[str]:
    """The room of one person."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOGNAME", name)
        with served(home) as url:
            yield url


@pytest.fixture(scope="module")
def anns(shared: Home) -> Iterator[str]:
    yield from as_person("ann", shared)


@pytest.fixture(scope="module")
def bens(shared: Home) -> Iterator[str]:
    yield from as_person("ben", shared)


def press(page: Page, words: str) -> None:
    """A button, by the keyboard, once it may be pressed."""
    page.get_by_role("button", name=words, exact=True, disabled=False).press("Enter")


def dialog(page: Page, words: str) -> None:
    """Open the dialog of an act and write into it, by the keyboard."""
    press(page, words)
    page.get_by_role("dialog").wait_for()


def ended(home: Home) -> None:
    """Wait for the trial, however long it takes here."""
    while any(job.state in AT_WORK for job in Jobs(home).jobs("whatif")):
        time.sleep(0.2)


def test_the_slower_of_two_is_told_and_loses_nothing(shared: Home, anns: str, bens: str, watched: Callable[..., Watched]) -> None:
    lead = dict(Desk(shared, RUN).queue.select("pattern", "lead_id").iter_rows())["phantom_bed"]
    ann, ben = watched().open(f"{anns}/lead?id={lead}"), watched().open(f"{bens}/lead?id={lead}")
    dialog(ann, "搁置…")
    ann.get_by_role("dialog").get_by_role("textbox", name=re.compile("说明")).fill("等下月交付补齐追溯码")
    dialog(ben, "分派…")
    press(ben, "记入案件簿与账本")
    ben.get_by_role("dialog").wait_for(state="detached")
    ben.get_by_text("由 ben 核查").wait_for()

    press(ann, "记入案件簿与账本")
    ann.get_by_text("别人刚改过").wait_for()
    ann.get_by_role("dialog").get_by_text("分派给 ben").wait_for()
    assert ann.get_by_role("textbox", name=re.compile("说明")).input_value() == "等下月交付补齐追溯码"
    assert Decisions(shared).standing(lead).n == 1

    press(ann, "记入案件簿与账本")
    ann.get_by_role("dialog").wait_for(state="detached")
    ann.locator(".decision").get_by_text("已搁置", exact=True).wait_for()
    told = [(row.actor, row.act, row.assignee) for row in Decisions(shared).history(lead)]
    assert told == [("ben", "assign", "ben"), ("ann", "snooze", "ben")]
    ann.close()
    ben.close()
    assert Ledger(shared).verify().holds


def test_a_looser_value_brings_a_lead_in_and_two_people_change_it(tmp_path: Path, watched: Callable[..., Watched]) -> None:
    home = Home(tmp_path / "home").make()
    two_boxes_twice(home)
    run(home)
    for url in as_person("ann", home):
        page = watched().open(f"{url}/whatif?rule={RULE}")
        run_it = page.get_by_role("button", name="试算", exact=True)
        assert run_it.is_disabled()
        page.get_by_label("min_codes (code)").fill("2")
        page.get_by_label("min_codes (code)").press("Enter")
        press(page, "试算")
        page.get_by_text("可以离开本页").wait_for()
        ended(home)
        page.get_by_text("进 1，出 0").wait_for()
        page.reload()
        page.get_by_text("进 1，出 0").wait_for()  # the address finds the job again, and its value
        dialog(page, "提出改值…")
        page.get_by_role("textbox", name="理由（必填）").fill("本地两次即可认定")
        press(page, "提出，等待第二人")
        page.get_by_text("待批准").wait_for()
        assert page.get_by_role("button", name="批准", exact=True).is_disabled()
        page.close()
    for url in as_person("ben", home):
        page = watched().open(f"{url}/whatif?rule={RULE}")
        press(page, "批准")
        page.get_by_text("提出 ann · 批准 ben").wait_for()
        page.close()

    assert [change.state for change in changes(home)] == ["in force"]
