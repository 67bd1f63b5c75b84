"""The queue in a real Chromium: how long until it is painted, and until a filter's answer is."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import cycle
from typing import TYPE_CHECKING

from app.bench.browser import FRAMES, visitor
from graph.home import Home

if TYPE_CHECKING:
    from playwright.sync_api import Page

OPENED, FILTERED = 6, 42
CAPTION = ".rs .shown"
READY = "shown => document.querySelector(shown) && document.querySelector('[data-testid=stDataFrame] canvas')"
SAYS = "([selector, before]) => { const at = document.querySelector(selector); return at && at.textContent !== before; }"
VIEWS = (3, 0, 4, 0)
"""Places of segments that no city leaves empty, large and clear, each after all; so every answer differs from the one before."""
WORDS = ("医院", "", "药店", "")


def watch_queue(home: Home) -> tuple[list[float], list[float]]:
    """Seconds of each opening of the page, the first left out, and of each filter until its answer is painted."""
    with visitor(home) as (url, page):
        painted = [_painted(page, f"{url}/leads") for _ in range(OPENED + 1)][1:]
        acts = [*(_segment(n) for n in VIEWS), *(_words(words) for words in WORDS)]
        filtered = [_answered(page, act) for act, _ in zip(cycle(acts), range(FILTERED), strict=False)]
    return painted, filtered


def _segment(place: int) -> Callable[[Page], None]:
    return lambda page: page.get_by_test_id("stMain").get_by_test_id("stButtonGroup").get_by_role("radio").nth(place).click()


def _words(words: str) -> Callable[[Page], None]:
    def search(page: Page) -> None:
        field = page.get_by_test_id("stTextInput").get_by_role("textbox")
        field.fill(words)
        field.press("Enter")

    return search


def _painted(page: Page, url: str) -> float:
    began = time.perf_counter()
    page.goto(url)
    page.wait_for_function(READY, arg=CAPTION, polling="raf")
    page.evaluate(FRAMES)
    return time.perf_counter() - began


def _answered(page: Page, act: Callable[[Page], None]) -> float:
    before = page.locator(CAPTION).text_content()
    began = time.perf_counter()
    act(page)
    page.wait_for_function(SAYS, arg=[CAPTION, before], polling="raf")
    page.evaluate(FRAMES)
    return time.perf_counter() - began
