"""What a canvas shows in a real Chromium."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page

POSITIONS = "el => Object.fromEntries(el.cy.nodes().map(n => [n.id(), [n.position('x'), n.position('y')]]))"


def network(page: Page) -> Locator:
    """The canvas, once it has drawn."""
    found = page.locator(".network")
    found.wait_for()
    page.wait_for_function("() => true")
    found.locator(".count").filter(has_text=re.compile(r"\d")).wait_for()
    return found
