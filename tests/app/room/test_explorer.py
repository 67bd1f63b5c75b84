"""The explorer in a real Chromium on a real graph: counts before ties, nothing moves, every step is taken back, a saved view comes back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page

from app.bench.browser import QUIET, double_click
from app.explorer import snapshot
from app.views.desk import Desk
from graph.home import Home
from graph.nodes import NODES
from graph.rels import RELS
from graph.statements import merge_node, merge_rel
from graph.store import Store
from tests.app.room.browsing import POSITIONS, network
from tests.app.room.conftest import Watched
from tests.app.room.small_home import RUN

Open = Callable[..., Watched]


@pytest.fixture(scope="module")
def room(graph_home: Home, room: str) -> Iterator[str]:
    """The room beside a desk phone of four persons and a private one of two."""
    with Store.open(graph_home) as store:
        own = {"own": True, "contact": None}
        store.write(
            merge_node(NODES["Phone"]), [{"k": "desk", "hub": True, "hub_why": "desk"}, {"k": "both", "hub": None, "hub_why": None}]
        )
        store.write(merge_rel(RELS["HAS_PHONE"], "Patient", "Phone"), [{"s": f"P{n:04}", "e": "desk", **own} for n in range(4)])
        store.write(merge_rel(RELS["HAS_PHONE"], "Patient", "Phone"), [{"s": f"P{n:04}", "e": "both", **own} for n in range(2)])
        yield room
        store.write("MATCH (n:Phone) WHERE n.tel_h IN ['desk', 'both'] DETACH DELETE n", [{}])


@pytest.fixture(scope="module")
def lead(graph_home: Home) -> str:
    return dict(Desk(graph_home, RUN).queue.select("pattern", "lead_id").iter_rows())["reflux_drug"]


def quiet(page: Page, canvas: Locator) -> None:
    page.wait_for_function(QUIET, arg=canvas.element_handle(), polling="raf")


def press(page: Page, canvas: Locator, key: str) -> None:
    """A key on the canvas, and what follows from it."""
    page.keyboard.press(key)
    page.wait_for_timeout(150)
    quiet(page, canvas)


def choose(canvas: Locator, *nodes: str) -> None:
    canvas.evaluate("(el, ids) => { el.cy.elements().unselect(); ids.forEach(id => el.cy.getElementById(id).select()); }", list(nodes))


def ids(canvas: Locator) -> set[str]:
    return set(canvas.evaluate(POSITIONS))


def test_a_lead_opens_in_the_explorer(room: str, lead: str, watched: Open) -> None:
    page = watched().open(f"{room}/lead?id={lead}")
    page.get_by_role("button", name="图谱探索").click()
    page.wait_for_url(re.compile(r"/explore\?.*lead="))

    assert {"Patient:P0000", "Patient:P0001"} <= ids(network(page))


def test_three_steps_out_and_three_back_give_the_first_picture(room: str, lead: str, watched: Open) -> None:
    page = watched().open(f"{room}/explore?lead={lead}")
    canvas = network(page)
    first = canvas.evaluate(POSITIONS)
    for node in ("Patient:P0000", "Patient:P0001", "Phone:both"):
        before = canvas.evaluate(POSITIONS)
        double_click(page, canvas, node)
        page.wait_for_timeout(300)
        after = canvas.evaluate(POSITIONS)
        assert {key: place for key, place in after.items() if key in before} == before, "who was there has moved"
    third = canvas.evaluate(POSITIONS)
    assert len(third) > len(first)

    for _ in range(3):
        press(page, canvas, "z")
    assert canvas.evaluate(POSITIONS) == first

    for _ in range(3):
        press(page, canvas, "y")
    assert canvas.evaluate(POSITIONS) == third


def test_a_hub_opens_only_after_the_reader_ticked_it(room: str, lead: str, watched: Open) -> None:
    page = watched().open(f"{room}/explore?lead={lead}")
    canvas = network(page)
    double_click(page, canvas, "Patient:P0000")
    before = ids(canvas)
    double_click(page, canvas, "Phone:desk")
    menu = canvas.locator(".ask")
    menu.wait_for()
    assert "枢纽" in menu.inner_text()
    assert menu.locator(".go").is_disabled()
    assert ids(canvas) == before

    menu.locator("input").first.check()
    menu.locator(".go").click()
    menu.wait_for(state="detached")
    quiet(page, canvas)
    assert {"Patient:P0002", "Patient:P0003"} <= ids(canvas)


def test_the_table_and_the_canvas_choose_the_same(room: str, lead: str, watched: Open) -> None:
    page = watched().open(f"{room}/explore?lead={lead}")
    canvas = network(page)
    canvas.locator("input[data-id='Patient:P0001']").press("Space")
    page.wait_for_timeout(100)
    assert canvas.evaluate("el => el.cy.nodes(':selected').map(n => n.id())") == ["Patient:P0001"]

    choose(canvas, "Patient:P0000")
    page.wait_for_timeout(100)
    assert canvas.locator("input[data-id='Patient:P0000']").is_checked()


def test_the_keyboard_asks_for_counts_and_brings_what_was_ticked(room: str, lead: str, watched: Open) -> None:
    page = watched().open(f"{room}/explore?lead={lead}")
    canvas = network(page)
    before = ids(canvas)
    canvas.locator("input[data-id='Patient:P0000']").press("Enter")
    menu = canvas.locator(".ask")
    menu.wait_for()
    assert {"6 / 6", "1 / 2"} <= set(menu.inner_text().splitlines())

    menu.locator(".go").press("Enter")
    menu.wait_for(state="detached")
    quiet(page, canvas)
    assert ids(canvas) - before == {"Phone:desk"}


def test_hidden_and_grouped_nodes_are_counted_and_come_back(room: str, lead: str, watched: Open) -> None:
    page = watched().open(f"{room}/explore?lead={lead}")
    canvas = network(page)
    double_click(page, canvas, "Patient:P0000")
    whole = ids(canvas)
    choose(canvas, "Encounter:V0")
    press(page, canvas, "h")
    assert "1 个隐藏" in canvas.locator(".count").inner_text()
    choose(canvas, "Encounter:V1", "Encounter:V2")
    press(page, canvas, "g")
    assert "2 个已并组" in canvas.locator(".count").inner_text()
    assert not {"Encounter:V0", "Encounter:V1", "Encounter:V2"} & ids(canvas)

    press(page, canvas, "z")
    press(page, canvas, "z")
    assert ids(canvas) == whole


def test_a_saved_view_opens_as_it_was(room: str, lead: str, graph_home: Home, watched: Open) -> None:
    page = watched().open(f"{room}/explore?lead={lead}")
    canvas = network(page)
    double_click(page, canvas, "Patient:P0000")
    page.wait_for_timeout(300)
    shown = canvas.evaluate(POSITIONS)
    page.keyboard.press("s")
    canvas.locator(".field").fill("两部共用电话")
    canvas.locator(".ask .go").click()
    canvas.locator(".notice").filter(has_text="已存为").wait_for()
    kept = snapshot.saved(graph_home)[0][0]

    again = watched().open(f"{room}/explore?view={kept.id}")
    assert network(again).evaluate(POSITIONS) == shown
    again.get_by_text("与当时相同").wait_for()


@pytest.mark.parametrize(("width", "dark", "lang"), [(1440, False, "zh"), (1024, True, "zh"), (1440, True, "en"), (1024, False, "en")])
def test_the_page_fits_in_every_dress(room: str, lead: str, watched: Open, width: int, dark: bool, lang: str) -> None:
    page = watched(width, dark=dark).open(f"{room}/explore?lead={lead}&lang={lang}")
    network(page)

    assert page.get_by_test_id("stMain").evaluate("el => el.scrollWidth - el.clientWidth") <= 0
