"""The page of the network in a real browser: it draws, asks nobody, and runs nothing that a delivery brought."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from app.bench.browser import executable
from app.evidence.case import Case
from app.evidence.page import page
from app.leads import Leads
from graph.home import Home
from tests.app.room.small_home import build

PATIENCE = 120_000
"""Milliseconds; the machine may be busy."""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a lead that names a pharmacy called after a script."""
    folder = tmp_path_factory.mktemp("page")
    home = build(Home(folder / "home"), persons=30)
    lead = str(Leads.open(home).page({"pattern": ["duplicate_charge"]})["lead_id"][0])
    target = folder / "network.html"
    target.write_bytes(page(Case.open(home, lead), "脱敏副本"))
    return target


def test_it_draws_and_asks_nobody(drawn: Path) -> None:
    asked: list[str] = []
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(playwright.chromium.executable_path), timeout=PATIENCE)
        tab = browser.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("dialog", lambda dialog: said.append(dialog.message))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.goto(drawn.as_uri(), timeout=PATIENCE)
        tab.wait_for_function("document.fonts.check('14px RingscopeSans', '仁')", timeout=PATIENCE)
        nodes = tab.evaluate("network.body.data.nodes.length")
        browser.close()

    assert asked == [drawn.as_uri()]
    assert said == []
    assert nodes > 1
