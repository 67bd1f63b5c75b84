"""One small home for all tests of the room, the same home beside a running graph, and a browser to look with.

The browser: RINGSCOPE_BROWSER (`none` skips), else a system Chromium, Chrome or Edge, else Playwright's own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

import pytest
import streamlit as st
from playwright.sync_api import Browser, Page, sync_playwright

from app.bench.browser import PATIENCE, executable, served
from graph.home import Home
from graph.nodes import NODES
from graph.rels import RELS
from graph.statements import merge_node, merge_rel
from graph.store import Store
from tests.app.room.small_home import EVIL, build

CROWD = 120
"""Visits of the pharmacy that is a hub."""
PERSONS = [f"P{n:04}" for n in range(CROWD // 6)]
"""Patients of the graph, six visits each."""


class Watched:
    """A page that remembers every request that left the machine and every error that was logged."""

    def __init__(self, page: Page) -> None:
        self.page, self.outside, self.errors = page, [], []
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda r: self.outside.append(r.url) if not re.match(r"(http|ws)://127\.0\.0\.1|data:|blob:", r.url) else None)
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.errors.append(str(e)))
        page.on("response", lambda r: self.errors.append(f"{r.status} {r.url}") if r.status >= 400 else None)

    def open(self, url: str) -> Page:
        self.page.goto(url)
        self.page.locator(".rs-bar").first.wait_for()
        return self.page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if os.environ.get("RINGSCOPE_BROWSER") == "none":
        pytest.skip("RINGSCOPE_BROWSER=none")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable(playwright.chromium.executable_path), timeout=PATIENCE)
        yield started
        started.close()


@pytest.fixture
def watched(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """A fresh page of a size and colour; at the end it must have kept silent and to itself."""
    made: list[Watched] = []

    def make(width: int = 1440, height: int = 1000, dark: bool = False) -> Watched:
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
        made.append(Watched(page))
        return made[-1]

    yield make
    for one in made:
        one.page.close()
    assert [url for one in made for url in one.outside] == []
    assert [error for one in made for error in one.errors] == []


@pytest.fixture(scope="session")
def room_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Book, identities and a run; no server."""
    return build(Home(tmp_path_factory.mktemp("room") / "home"))


@pytest.fixture
def at_home(room_home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The pages read `room_home`."""
    monkeypatch.setenv("RINGSCOPE_HOME", str(room_home.root))
    monkeypatch.delenv("RINGSCOPE_NEO4J_URI", raising=False)
    st.cache_data.clear()
    return room_home


@pytest.fixture(scope="module")
def graph_home(tmp_path_factory: pytest.TempPathFactory, neo4j_home: Home) -> Iterator[Home]:
    """A small home whose graph is the session's Neo4j, with one patient, the visits of one hub, and nothing else of ours."""
    home = build(Home(tmp_path_factory.mktemp("graph") / "home"))
    home.server.symlink_to(neo4j_home.server)
    with Store.open(home) as store:
        _clear(store)
        _plant(store)
        yield home
        _clear(store)


@pytest.fixture(scope="module")
def room(graph_home: Home) -> Iterator[str]:
    """The address of the room on a home with data and a running graph."""
    with served(graph_home) as url:
        yield url


def _plant(store: Store) -> None:
    visits = [f"V{n}" for n in range(CROWD)]
    store.write(merge_node(NODES["Patient"]), [{"k": p} for p in PERSONS])
    place = {"k": "Y00", "name": EVIL, "also": ["Pharmacy"]}
    store.write(merge_node(NODES["Institution"]), [place])
    store.write(merge_node(NODES["Encounter"]), [{"k": v} for v in visits])
    had = [{"s": PERSONS[n // 6], "e": v} for n, v in enumerate(visits)]
    store.write(merge_rel(RELS["HAD"], "Patient", "Encounter"), had)
    store.write(merge_rel(RELS["AT"], "Encounter", "Institution"), [{"s": v, "e": "Y00"} for v in visits])


def _clear(store: Store) -> None:
    store.write(
        "MATCH (n) WHERE n.psn_no IN row.p OR n.fixmedins_code = 'Y00' OR n.mdtrt_id STARTS WITH 'V' DETACH DELETE n",
        [{"p": PERSONS}],
    )
