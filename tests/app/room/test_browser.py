"""The room in a real Chromium: nothing leaves the machine, nothing is logged as an error, deep links open, expanding moves nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.bench.browser import PATIENCE, double_click, served
from app.views.desk import Desk
from graph.home import Home
from tests.app.room.browsing import POSITIONS, network
from tests.app.room.conftest import CROWD, Watched
from tests.app.room.small_home import RUN


@pytest.fixture(scope="module")
def leads(graph_home: Home) -> dict[str, str]:
    return dict(Desk(graph_home, RUN).queue.select("pattern", "lead_id").iter_rows())


def test_the_root_leads_to_the_queue_and_enter_opens_the_first_lead(room: str, watched: Callable[..., Watched]) -> None:
    page = watched().open(room)
    page.wait_for_url(re.compile(r"/leads\?lang=zh"))
    page.get_by_role("button", name="打开线索").click()
    page.wait_for_url(re.compile(r"/lead\?.*id="))

    page.locator(".allegation").wait_for()


@pytest.mark.parametrize("address", ["/leads", "/data", "/whatif", "/lead?id={lead}"])
@pytest.mark.parametrize(("width", "dark", "lang"), [(1440, False, "zh"), (1024, True, "zh"), (1440, True, "en"), (1024, False, "en")])
def test_a_deep_link_opens_in_every_dress_without_a_sideways_scroll(
    room: str, leads: dict[str, str], watched: Callable[..., Watched], address: str, width: int, dark: bool, lang: str
) -> None:
    mark = "&" if "?" in address else "?"
    page = watched(width, dark=dark).open(f"{room}{address.format(lead=leads['phantom_bed'])}{mark}lang={lang}")
    page.wait_for_timeout(500)

    main = page.get_by_test_id("stMain")
    assert main.evaluate("el => el.scrollWidth - el.clientWidth") <= 0
    assert page.locator(".rs").first.get_attribute("lang") == lang


def test_the_switch_of_language_keeps_the_lead(room: str, leads: dict[str, str], watched: Callable[..., Watched]) -> None:
    page = watched().open(f"{room}/lead?id={leads['reflux_drug']}")
    page.get_by_text("English", exact=True).click()
    page.get_by_text("What speaks against it").wait_for()

    assert leads["reflux_drug"] in page.url
    assert "lang=en" in page.url


def test_the_switch_of_language_takes_the_filters_and_their_choice_along(room: str, watched: Callable[..., Watched]) -> None:
    page = watched().open(f"{room}/leads")
    page.get_by_role("combobox").first.click()
    page.get_by_role("option", name="回流药").click()
    page.get_by_text("English", exact=True).click()

    for place, said in ((0, "Reflux drug"), (1, "Everybody")):
        expect(page.get_by_role("combobox").nth(place)).to_have_value(said, timeout=PATIENCE)


def test_a_double_click_brings_neighbours_and_moves_nobody(room: str, leads: dict[str, str], watched: Callable[..., Watched]) -> None:
    page = watched().open(f"{room}/lead?id={leads['reflux_drug']}")
    canvas = network(page)
    before = canvas.evaluate(POSITIONS)
    double_click(page, canvas, "Patient:P0000")
    after = canvas.evaluate(POSITIONS)

    assert len([node for node in after if node.startswith("Encounter:") and node not in before]) == 6
    assert {node: place for node, place in after.items() if node in before} == before


def test_a_hub_asks_first_and_then_brings_fifty(room: str, leads: dict[str, str], watched: Callable[..., Watched]) -> None:
    page = watched().open(f"{room}/lead?id={leads['reflux_drug']}")
    canvas = network(page)
    before = canvas.evaluate(POSITIONS)
    double_click(page, canvas, "Institution:Y00")
    canvas.locator(".ask").wait_for()
    assert canvas.evaluate(POSITIONS) == before
    assert str(CROWD) in canvas.locator(".ask").inner_text()

    canvas.locator(".ask .go").click()
    canvas.locator(".ask").wait_for(state="detached")
    page.wait_for_function("n => n", arg=True)
    canvas.locator(".count").filter(has_text=re.compile(r"62\d")).wait_for()
    after = canvas.evaluate(POSITIONS)
    assert len(after) - len(before) == 50
    assert {node: place for node, place in after.items() if node in before} == before


def test_the_keyboard_reaches_every_node_and_expands_it(room: str, leads: dict[str, str], watched: Callable[..., Watched]) -> None:
    page = watched().open(f"{room}/lead?id={leads['reflux_drug']}")
    canvas = network(page)
    before = len(canvas.evaluate(POSITIONS))
    canvas.locator("summary").press("Enter")
    canvas.locator("tr[data-id='Patient:P0000'] .plain").press("Enter")
    canvas.locator("tr[data-id='Encounter:V0']").wait_for()

    assert len(canvas.evaluate(POSITIONS)) == before + 6


def test_the_canvas_survives_another_widget(room: str, leads: dict[str, str], watched: Callable[..., Watched]) -> None:
    page = watched().open(f"{room}/lead?id={leads['reflux_drug']}")
    canvas = network(page)
    double_click(page, canvas, "Patient:P0000")
    before = canvas.evaluate(POSITIONS)
    page.get_by_text(re.compile("selinfo_3505 ·")).first.click()
    page.get_by_text("销售/退货时间").first.wait_for(state="attached")
    page.wait_for_timeout(500)

    assert canvas.evaluate(POSITIONS) == before


def test_the_first_start_says_how_to_begin(tmp_path: Path, watched: Callable[..., Watched]) -> None:
    with served(Home(tmp_path / "empty")) as url:
        page = watched().open(url)

        page.get_by_text("还没有数据").wait_for()
        page.get_by_text(re.compile(r"ringscope --home .* ingest")).wait_for()


def test_a_case_of_two_hundred_is_drawn_whole_and_opens(room: str, leads: dict[str, str], watched: Callable[..., Watched]) -> None:
    page = watched().open(f"{room}/lead?id={leads['card_collecting']}")
    canvas = network(page)
    before = canvas.evaluate(POSITIONS)
    assert len(before) >= 200

    double_click(page, canvas, "Patient:P0001")

    assert len(canvas.evaluate(POSITIONS)) > len(before)
