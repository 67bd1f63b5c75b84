"""What the pages read: the home, its last run, the leads and the names that may be shown. Opened once, shared by all sessions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl
import streamlit as st

from app.cases import Decisions
from app.cases.standing import with_standing
from app.cases.store import now
from app.explorer.risks import risks
from app.leads import Leads
from app.leads.names import Names
from app.views.sift import TEXT
from app.widgets.picture import LABELS
from graph.book import Manifest, connect
from graph.home import Home

Lead = Mapping[str, Any]
"""One lead: the object of data-contract 2.1 without its evidence, and the sentences and figures beside it."""


@dataclass(frozen=True)
class Desk:
    """One home and its current run."""

    home: Home
    run_id: str
    book_version: int = 0
    """Of the book that the names are read from; a later delivery opens another desk."""

    @cached_property
    def leads(self) -> Leads:
        return Leads.open(self.home, self.run_id)

    @cached_property
    def of_run(self) -> pl.DataFrame:
        """Every lead that the run supports, closed ones too, best first."""
        return self.leads.page({}, "rank", 1_000_000, 0, everything=True).filter(pl.col("state") != "gone")

    @property
    def decisions(self) -> Decisions:
        """The case book."""
        return Decisions(self.home)

    @property
    def board(self) -> pl.DataFrame:
        """`of_run` with where each lead stands at this moment (app/cases/standing.py)."""
        return _board(self, self.decisions.last(), now().date())

    @property
    def queue(self) -> pl.DataFrame:
        """Every open lead, best first."""
        return self.board.filter(pl.col("standing") == "open")

    def lead(self, lead_id: str) -> Lead:
        """One lead; WrongUse when this run has none of that id."""
        return self.leads.lead(lead_id)

    @cached_property
    def report(self) -> Mapping[str, Any]:
        """What the run says about itself."""
        return self.leads.report

    @property
    def risks(self) -> Mapping[str, int]:
        """Node id -> ring, by the leads that nobody has cleared."""
        return _risks(self, self.decisions.last(), now().date())

    def bearing(self, kind: Literal["name", "phone"], clear: str) -> list[tuple[str, str]]:
        """(label, key) of whoever bears this name or phone; the ledger has the search."""
        return self._names.bearing(kind, clear)

    def cited(self, lead_id: str) -> pl.DataFrame:
        """The resolved evidence rows of a lead."""
        return self.leads.cited(lead_id)

    @cached_property
    def _book(self) -> duckdb.DuckDBPyConnection:
        """The book as it was when the desk was opened; each use takes a cursor, since sessions read at the same time."""
        return connect(self.home, memory="512MB", threads=2)

    @cached_property
    def _names(self) -> Names:
        return Names(self.home, self._book)

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Node id -> what may be shown; an unknown one is left out."""
        return self._names.shown(ids)

    def kinds(self, ids: Iterable[str]) -> dict[str, str]:
        """Institution id -> the graph's extra label, which chooses shape and colour."""
        return self._names.kinds(ids)

    def name_pseudonym(self, label: str, key: str) -> str | None:
        """The pseudonym of a person's name in the book; None when the register does not know it."""
        return self._names.pseudonyms(label, [key]).get(key)


@lru_cache(maxsize=4)
def _board(opened: Desk, _last: int, today: date) -> pl.DataFrame:
    """Made anew when somebody has decided, and each day."""
    started = datetime.fromisoformat(opened.report["started"]).replace(tzinfo=None)
    return with_standing(opened.of_run, opened.decisions.standings(), run_started=started, today=today).with_columns(TEXT)


@lru_cache(maxsize=4)
def _risks(opened: Desk, _last: int, _today: date) -> Mapping[str, int]:
    """Made anew with the board: whom somebody has just cleared wears no ring."""
    return risks(opened.board.filter(pl.col("standing") != "dismissed"))


def node_id(kind: str, key: str) -> str:
    """Subject or member of a lead -> node of the graph."""
    return f"{LABELS.get(kind, kind)}:{key}"


def current_home() -> Home:
    """The home that the server was started on."""
    return Home.find()


def last_run(home: Home) -> str | None:
    """The run that counts; None before the first."""
    path = home.runs / "CURRENT"
    return path.read_text(encoding="utf-8").strip() or None if path.exists() else None


def desk() -> Desk | None:
    """The desk of the current run; None while there is none."""
    home = current_home()
    run_id = last_run(home)
    return None if run_id is None else _opened(str(home.root), run_id, Manifest.read(home.book).version)


@st.cache_resource(max_entries=4, show_spinner=False)
def _opened(root: str, run_id: str, book_version: int) -> Desk:
    """A new run or a new delivery opens a new desk."""
    return Desk(Home(Path(root)), run_id, book_version)


@dataclass(frozen=True)
class Delivery:
    """What a delivery says about itself: `manifest.json` of its snapshot."""

    id: str
    name: str
    taken_in: str = ""
    period: tuple[str, ...] = ()
    synthetic: bool = False
    tables: Mapping[str, Any] = field(default_factory=dict)
    """Its reconciliation by table (design section 9); empty where it left none."""
    switched_off: tuple[str, ...] = ()
    """Tables that are neither delivered nor in the book."""


def last_delivery() -> Delivery | None:
    """The newest delivery that the book holds."""
    held = manifest().deliveries
    if not held:
        return None
    path = current_home().deliveries / held[-1] / "manifest.json"
    if not path.exists():
        return Delivery(held[-1], held[-1])
    said = json.loads(path.read_text(encoding="utf-8"))
    period = tuple(str(day) for day in said.get("period") or ())
    report = said.get("report", {})
    off = tuple(map(str, report.get("switched_off", ())))
    return Delivery(held[-1], said["name"], said["taken_in"], period, said["synthetic"], report.get("tables", {}), off)


def manifest() -> Manifest:
    """Which deliveries the book holds."""
    return Manifest.read(current_home().book)
