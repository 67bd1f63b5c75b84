"""What the graph was last told: the projection of the last load, kept beside the book so that the next load sends only differences.

`graph_state/current` is what the graph holds, `graph_state/next` what it shall hold. `next/state.json`, written last, is the moment
from which a killed load is finished rather than forgotten. The graph itself carries a marker node with the id of the state it has
reached, so that neither side has to be believed alone.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from graph.book import Manifest
from graph.home import Home
from graph.statements import ddl
from graph.store import MARKER, Store
from ingest import projection
from ingest.projection import KINDS, Settings
from kg.knowledge.library import Library

MARKER_ID = "ringscope"
Mode = Literal["full", "delta"]


@dataclass(frozen=True)
class Goal:
    """One state of the graph, named by everything that decides it; equal goals are equal graphs."""

    load: str
    book: str
    shape: str
    """Digest of the declarations: another shape cannot be compared row by row."""

    @classmethod
    def of(cls, home: Home, settings: Settings) -> Goal:
        book = _digest(*(f"{part}={digest}" for part, digest in sorted(Manifest.read(home.book).digest().items())))
        shape = _digest(*ddl(), *(",".join((k.__class__.__name__, *projection.columns(k))) for k in KINDS))
        cited = projection.cited_evidence(home) if settings.detail == "aggregated" else None
        return cls(_digest(book, shape, projection.texts(), repr(settings), str(cited), Library.of(home).id), book, shape)

    @property
    def marker(self) -> dict[str, object]:
        return {"id": MARKER_ID, **asdict(self)}


@dataclass(frozen=True)
class State:
    """One kept projection."""

    folder: Path
    goal: Goal
    mode: Mode
    """How the graph is led here."""


class Shelf:
    """The folder of kept states."""

    def __init__(self, home: Home) -> None:
        self.root = home.make().root / "graph_state"
        self.current_folder = self.root / "current"
        self.next_folder = self.root / "next"
        self.csv = self.root / "csv"

    def current(self) -> State | None:
        return _read(self.current_folder)

    def next(self) -> State | None:
        """A state that was made ready; None while it is still being derived."""
        return _read(self.next_folder)

    def clear_next(self) -> Path:
        """An empty folder for the next state, or for the leftovers of a killed one."""
        for folder in (self.next_folder, self.csv):
            shutil.rmtree(folder, ignore_errors=True)
        self.next_folder.mkdir(parents=True)
        return self.next_folder

    def forget(self) -> None:
        """The graph is about to be emptied: nothing kept describes it."""
        shutil.rmtree(self.current_folder, ignore_errors=True)

    def ready(self, goal: Goal, mode: Mode) -> State:
        shutil.rmtree(self.next_folder / "base", ignore_errors=True)
        part = self.next_folder / "state.json.part"
        with part.open("w", encoding="utf-8") as out:
            json.dump({"goal": asdict(goal), "mode": mode}, out)
            out.flush()
            os.fsync(out.fileno())
        part.replace(self.next_folder / "state.json")
        return State(self.next_folder, goal, mode)

    def promote(self) -> None:
        """The graph has reached `next`. A kill between the two steps leaves `next` alone, which the marker then identifies."""
        shutil.rmtree(self.csv, ignore_errors=True)
        shutil.rmtree(self.current_folder, ignore_errors=True)
        self.next_folder.rename(self.current_folder)


def reached(store: Store) -> str | None:
    """The id of the state that the graph says it holds."""
    rows = store.read(f"MATCH (m:{MARKER} {{id: $id}}) RETURN m.load AS load", {"id": MARKER_ID})
    return str(rows[0]["load"]) if rows and rows[0]["load"] else None


def unmark(store: Store) -> None:
    """The graph holds nothing that can be named."""
    store.write(f"MERGE (m:{MARKER}) SET m = row", [{"id": MARKER_ID}])


def mark(store: Store, goal: Goal) -> None:
    """Write the marker: from here on the graph holds `goal`."""
    store.write(f"MERGE (m:{MARKER}) SET m = row", [goal.marker])


def _read(folder: Path) -> State | None:
    try:
        raw = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        return State(folder, Goal(**raw["goal"]), raw["mode"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:32]
