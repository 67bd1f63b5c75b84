"""One finding, one story: what does the check say to it?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from graph.home import Home
from tests.app.leads.findings import Hit, Row, make_run
from tests.books import make_book

CLOSED = "closed"
"""The story explained the finding entirely: it supports no lead."""


def told(
    home: Home, check: str, rows: Sequence[Row], book: Mapping[str, Sequence[Mapping[str, object]]], *, pattern: str = "phantom_bed"
) -> str:
    """The verdict on a finding with these rows, in this book."""
    return said(home, check, rows, book, pattern=pattern)[0]


def said(
    home: Home, check: str, rows: Sequence[Row], book: Mapping[str, Sequence[Mapping[str, object]]], *, pattern: str = "phantom_bed"
) -> tuple[str, str]:
    """The verdict and its sentence."""
    make_book(home, book)
    made = make_run(home, Hit(pattern, rows, subject=("institution", "H1"), checks=[check]))
    if made.report["explained"] == {check: 1}:
        return CLOSED, ""
    (found,) = json.loads(made.page()["benign_checks"][0])
    return found["verdict"], found["detail"]
