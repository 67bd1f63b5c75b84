"""The bundle from the room: a job that the page does not wait for, sealed until it is fetched, verified once it is out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.bench.browser import PATIENCE
from app.cases.jobs import AT_WORK, Jobs
from app.cases.tables import Job
from app.evidence.waiting import KEPT_FOR, fetched
from app.verify import verify
from app.views import bundle
from app.views.desk import Desk
from graph.errors import InputAtFault
from graph.home import Home
from graph.ledger import Actor, Ledger
from tests.app.room.conftest import Watched
from tests.app.room.small_home import RUN
from tests.app.room.test_pages import leads, page, words


def dialog(home: Home) -> AppTest:
    """The dialog as a page of its own."""
    lead = leads(home)["duplicate_charge"]
    script = f"from app.views.desk import desk\nfrom app.views.bundle import ask\nopened = desk()\nask(opened, opened.leads.lead('{lead}'))"
    return AppTest.from_string(script, default_timeout=120).run()


def ended(home: Home) -> Job:
    """The newest bundle's job, once it has ended."""
    while (job := Jobs(home).jobs("evidence", 1)[0]).state in AT_WORK:
        time.sleep(0.2)
    return job


@pytest.fixture
def full(at_home: Home) -> Job:
    """A copy with names in clear, made and not yet fetched."""
    test = dialog(at_home)
    test.radio[0].set_value("full").run()
    assert test.button[0].disabled, "a full copy waits for its reason"
    test.text_input[0].set_value("移送公安机关").run().button[0].click().run()
    return ended(at_home)


def test_what_waits_in_the_home_is_sealed_and_what_is_fetched_verifies(at_home: Home, full: Job, tmp_path: Path) -> None:
    lead_id, sealed = leads(at_home)["duplicate_charge"], Jobs(at_home).files(full.id).made
    (tmp_path / "out.zip").write_bytes(fetched(at_home, sealed, lead_id, "full"))

    assert full.state == "done"
    assert not sealed.read_bytes().startswith(b"PK")
    assert verify(tmp_path / "out.zip", signer=Ledger(at_home).public_key()).ok
    assert Ledger(at_home).tail(1)[0]["action"] == "evidence.fetch"
    with pytest.raises(InputAtFault, match="sealed"):
        fetched(at_home, sealed, "another lead", "full")


def test_the_lead_offers_it_and_nobody_else_is_handed_the_names(at_home: Home, full: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    lead_id = leads(at_home)["duplicate_charge"]
    assert f"{full.actor} {full.ended_at:%H:%M} 制作并核验" in words(page("lead", id=lead_id))
    assert "制作并核验" not in words(page("lead", id=leads(at_home)["phantom_bed"])), "another lead has none"
    assert not offered(page("lead", id=lead_id)).disabled

    monkeypatch.setenv("LOGNAME", "somebody-else")
    assert offered(page("lead", id=lead_id)).disabled


def offered(test: AppTest) -> object:
    return next(one for one in test.get("download_button") if one.label == "下载")


def test_after_a_day_it_is_gone(at_home: Home, full: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = Jobs(at_home).files(full.id).made
    monkeypatch.setattr(bundle, "now", lambda: full.asked_at + KEPT_FOR)

    assert "制作并核验" not in words(page("lead", id=leads(at_home)["duplicate_charge"]))
    with pytest.raises(InputAtFault, match="waited too long"):
        fetched(at_home, sealed, leads(at_home)["duplicate_charge"], "full")


def test_a_bundle_that_cannot_be_made_says_why(at_home: Home) -> None:
    lead_id = leads(at_home)["phantom_bed"]
    Jobs(at_home).start("evidence", ["evidence", lead_id, "--full"], actor=Actor("ann"), makes=True)
    ended(at_home)

    assert "--full without a reason" in words(page("lead", id=lead_id))


def test_from_the_queue_to_a_verified_bundle(room: str, graph_home: Home, watched: Callable[..., Watched], tmp_path: Path) -> None:
    page = watched().open(room)
    page.get_by_role("button", name="打开线索").click()
    page.wait_for_url(re.compile(r"/lead\?.*id="))
    page.get_by_role("button", name="证据包…").click()
    page.get_by_role("button", name="制作并签名").click()
    page.get_by_role("dialog").wait_for(state="detached")
    page.reload()
    with page.expect_download(timeout=5 * PATIENCE) as download:
        page.get_by_role("button", name="下载", exact=True).click(timeout=5 * PATIENCE)  # a job yields to everything else on the machine
    download.value.save_as(tmp_path / "out.zip")

    verdict = verify(tmp_path / "out.zip", signer=Ledger(graph_home).public_key())
    assert verdict.ok, verdict.faults
    lead_id = Desk(graph_home, RUN).queue["lead_id"][0]
    assert download.value.suggested_filename == f"{lead_id}-masked.zip"
    assert [(e["action"], e["subject"]) for e in Ledger(graph_home).tail(2)] == [("evidence.make", lead_id), ("evidence.fetch", lead_id)]


def test_a_bundle_is_cancelled_from_the_page(room: str, graph_home: Home, watched: Callable[..., Watched]) -> None:
    page = watched().open(room)
    page.get_by_role("button", name="打开线索").click()
    page.get_by_role("button", name="证据包…").click()
    page.get_by_role("button", name="制作并签名").click()
    page.get_by_role("button", name="取消", exact=True).click()

    page.get_by_text("已取消").wait_for()
    assert ended(graph_home).state == "cancelled"
