"""The room in a real Chromium: how long until a lead is painted and a node opened.

The browser: RINGSCOPE_BROWSER (`none` = without), else a system Chromium, Chrome or Edge, else Playwright's own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.serve import free_port
from graph.errors import EnvironmentAtFault
from graph.home import Home

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
PATIENCE = 60_000
"""Milliseconds for anything on the page."""
EXPANDS = 22
ONCE = 15
"""Seconds for what a room does once after its start: it lets the graph compile its questions."""
DRAWN = """() => { const all = [...document.querySelectorAll('*')].map(e => e.shadowRoot?.querySelector('.network')).filter(Boolean);
            return all.length && all[0].cy && all[0].cy.nodes().length > 0; }"""
QUIET = "el => !el.classList.contains('busy')"
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
NODES = "el => el.cy.nodes().map(n => n.id())"
PLACE = """(el, id) => { const node = el.cy.getElementById(id); el.cy.center(node);
            const at = node.renderedPosition(), box = el.querySelector('.host').getBoundingClientRect();
            return [box.x + at.x, box.y + at.y]; }"""


class NoBrowser(Exception):
    """Nothing to look with."""


@dataclass(frozen=True)
class Seen:
    """What was seen; seconds."""

    painted: float
    first_nodes: int
    opened: tuple[float, ...]
    last_nodes: int


def watch(home: Home, lead_id: str) -> Seen:
    """Open the lead twice (the first time starts what the room does once) and open its nodes one after the other."""
    with visitor(home) as (url, page):
        _painted(page, f"{url}/lead?id={lead_id}")
        time.sleep(ONCE)
        painted = _painted(page, f"{url}/lead?id={lead_id}")
        first = len(_nodes(page))
        opened = tuple(_opened(page))
        last = len(_nodes(page))
    return Seen(painted, first, opened, last)


@contextmanager
def visitor(home: Home) -> Iterator[tuple[str, Page]]:
    """The address of the home's room, and a page of a real browser before it."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        raise NoBrowser("playwright is not installed") from None
    with served(home) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(playwright.chromium.executable_path), timeout=PATIENCE)
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.set_default_timeout(PATIENCE)
        yield url, page
        browser.close()


def executable(own: str) -> str:
    """The browser: RINGSCOPE_BROWSER, else a system Chromium, Chrome or Edge, else Playwright's own; NoBrowser when there is none."""
    asked = os.environ.get("RINGSCOPE_BROWSER", "")
    found = asked or next(filter(None, map(shutil.which, NAMES)), "") or (own if Path(own).exists() else "")
    if not found or asked == "none":
        raise NoBrowser("no Chromium (apt-get install chromium, or RINGSCOPE_BROWSER=PATH)")
    return found


def _painted(page: Page, url: str) -> float:
    began = time.perf_counter()
    page.goto(url)
    page.wait_for_function(DRAWN, polling="raf")
    page.evaluate(FRAMES)
    return time.perf_counter() - began


def _nodes(page: Page) -> list[str]:
    return list(page.locator(".network").evaluate(NODES))


def _opened(page: Page) -> Iterator[float]:
    """Double-click nodes, folded crowds first so that the canvas fills up; seconds until each answer is painted."""
    canvas, tried = page.locator(".network"), set[str]()
    for _ in range(EXPANDS):
        left = [node for node in _nodes(page) if node not in tried]
        if not left:
            return
        node = max(left, key=lambda one: ("+" in one, one.startswith("Patient:")))
        tried.add(node)
        yield double_click(page, canvas, node)
        if canvas.locator(".ask .go").count():  # a crowd asked first: let it come, so that the canvas fills up
            canvas.locator(".ask .go").click()
            page.wait_for_function(QUIET, arg=canvas.element_handle(), polling="raf")


def double_click(page: Page, canvas: Locator, node: str) -> float:
    """Open a node of the canvas; seconds until the answer is painted."""
    (x, y), whole = canvas.evaluate(PLACE, node), canvas.element_handle()
    began = time.perf_counter()
    page.mouse.dblclick(x, y)
    page.wait_for_function(QUIET, arg=whole, polling="raf")
    page.evaluate(FRAMES)
    return time.perf_counter() - began


@contextmanager
def served(home: Home) -> Iterator[str]:
    """The room, in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "app.serve", str(port)]
    environment = {**os.environ, "RINGSCOPE_HOME": str(home.root)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _await(url: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):  # noqa: S310 - our own loopback address
                return
        except OSError:
            time.sleep(0.1)
    raise EnvironmentAtFault("the room did not answer within a minute", "a page", "ringscope app says why")
