"""The book becomes the graph: whole by one import the first time, afterwards only what changed. Both ways give the same graph.

What runs write (leads, rings, rules, articles) is no part of the book. A full import drops it and says so (`leads_dropped`): the
caller then lets `app.leads` write the current run's leads again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

import duckdb

from graph.book import connect
from graph.digest import graph_digest
from graph.endpoint import Endpoint
from graph.home import Home
from graph.lock import hold
from graph.nodes import NODES
from graph.schema import LOADED
from graph.server import Server
from graph.statements import ddl, delete_node
from graph.store import Store
from ingest import load_delta, load_full, projection
from ingest.load_state import Goal, Shelf, State, mark, reached, unmark
from ingest.projection import Progress, Settings

__all__ = ["LoadReport", "graph_digest", "load_graph"]

# By `ringscope bench --only graph` on 2 cores: whole 31 s for 1.7 million rows and 102 s for 16.4 million, changed rows 31 s for 240,000.
IMPORT_SETUP = 22.0
"""Seconds of a full import that do not depend on its size: the importer's start, the swap, the server's restart, the constraints."""
IMPORT_ROWS = 200_000
"""Nodes and relationships a second that the import files and the importer manage together."""
DELTA_ROWS = 8_000
"""Rows a second by UNWIND, bound by the server."""


@dataclass(frozen=True)
class LoadReport:
    """What a load did."""

    mode: Literal["full", "delta", "none"]
    """none: the graph held this book already."""
    nodes: int
    rels: int
    seconds: float
    changed: int = 0
    """Rows written or deleted."""
    leads_dropped: bool = False
    """A run's leads were in the graph and are not any more."""


def load_graph(home: Home, *, progress: Progress = None, mode: Literal["auto", "full", "delta"] = "auto") -> LoadReport:
    """Bring the graph to the book of `home`. Safe to repeat and to kill: the next call finishes what was begun.

    `auto` takes the full import where it is estimated to be quicker. The user's own server always gets UNWIND, in any mode.
    Raises EnvironmentAtFault when Neo4j cannot be had.
    """
    began = time.monotonic()
    with hold(home, "load", "loading the graph"), connect(home) as db:
        load = _Load(home, db, progress)
        report_mode, changed = load.run(mode)
        nodes, rels = load_full.size(db, load.shelf.current_folder)
        dropped = report_mode == "full" and (home.runs / "CURRENT").exists()
        return LoadReport(report_mode, nodes, rels, time.monotonic() - began, changed, dropped)


def quicker_whole(changed: int, whole: int) -> bool:
    """Whether importing the `whole` graph is estimated to be quicker than writing its `changed` rows."""
    return changed / DELTA_ROWS >= IMPORT_SETUP + whole / IMPORT_ROWS


class _Load:
    """One load under way."""

    def __init__(self, home: Home, db: duckdb.DuckDBPyConnection, progress: Progress) -> None:
        self.home, self.db, self.progress = home, db, progress
        self.shelf = Shelf(home)
        self.settings = Settings.of(home)
        self.goal = Goal.of(home, self.settings)
        self.managed = Endpoint.own() is None

    def run(self, mode: Literal["auto", "full", "delta"]) -> tuple[Literal["full", "delta", "none"], int]:
        base = self._settle()
        if base and base.goal == self.goal and mode != "full":
            self._schema()
            return "none", 0
        following = self.shelf.clear_next()
        projection.project(self.db, self.home, following, self.settings, self.progress)
        by_rows = mode == "delta" or not self.managed
        if by_rows or (base and mode == "auto"):
            difference = load_delta.compare(self.db, base.folder if base else None, following)
            if by_rows or not quicker_whole(difference.rows, sum(load_full.size(self.db, following))):
                self._by_delta(base, difference)
                return "delta", difference.rows
        self._by_import()
        return "full", sum(load_full.size(self.db, self.shelf.current_folder))

    def _settle(self) -> State | None:
        """The state that the graph certainly holds, after a killed load was finished; None when nobody can tell."""
        current, following = self.shelf.current(), self.shelf.next()
        if not current and not following:
            return None
        with self._store() as store:
            held = reached(store)
            if following and held == following.goal.load:
                self.shelf.promote()
            elif held != (current.goal.load if current else None):
                return None
            elif following and following.mode == "delta":
                # a part of it may be in the graph already, so it is finished before anything else is compared
                difference = load_delta.compare(self.db, current.folder if current else None, following.folder)
                self._finish(store, following, difference, resumed=True)
        current = self.shelf.current()
        return current if current and current.goal.shape == self.goal.shape else None

    def _by_import(self) -> None:
        following = self.shelf.ready(self.goal, "full")
        self._tell("writing import files")
        files = load_full.import_files(self.db, following.folder, self.shelf.csv, following.goal)
        Server(self.home).import_full(files, progress=self.progress)
        self._schema()
        self.shelf.promote()

    def _by_delta(self, base: State | None, difference: load_delta.Difference) -> None:
        with self._store() as store:
            if base is None:
                self._empty(store)
            self._finish(store, self.shelf.ready(self.goal, "delta"), difference)

    def _finish(self, store: Store, following: State, difference: load_delta.Difference, *, resumed: bool = False) -> None:
        store.run_schema(ddl())
        load_delta.apply(self.db, store, difference, self.progress, resumed=resumed)
        mark(store, following.goal)
        self.shelf.promote()

    def _empty(self, store: Store) -> None:
        """Take out a graph that no kept state describes."""
        self._tell("emptying the graph")
        self.shelf.forget()
        unmark(store)
        for node in NODES.values():
            if node.writer in LOADED:
                while keys := store.read(f"MATCH (n:{node.label}) RETURN n.`{node.key.name}` AS k LIMIT 10000"):
                    store.write(delete_node(node), keys, batch=1000)

    def _schema(self) -> None:
        self._tell("building constraints and indexes")
        with self._store() as store:
            store.run_schema(ddl())

    def _store(self) -> Store:
        if self.managed:
            Server(self.home).start(progress=self.progress)
        return Store.open(self.home)

    def _tell(self, what: str) -> None:
        if self.progress:
            self.progress(what, None)
