"""Saved views: files under `views/` of the home that never change. Opened again, a view is the same text, byte for byte.

A snapshot also knows how the graph stood between its nodes, so that it can say what has changed since. Names of persons are not in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from app.explorer.view import View, kept, kept_edge
from app.record import record
from graph.errors import InputAtFault, WrongUse
from graph.expand import among
from graph.home import Home
from graph.ledger import SHANGHAI, Actor
from graph.picture import Expansion
from graph.private import write_private
from graph.store import Store

VERSION = 1
_ID = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True)
class Snapshot:
    """One saved view."""

    id: str
    name: str
    at: str
    by: str
    run_id: str
    nodes: int
    text: str
    """The view, as View.written wrote it."""
    ties: tuple[str, ...]
    """Every relationship that the graph held between the view's nodes, shown or not."""
    lead_id: str = ""
    version: int = VERSION

    @property
    def sha256(self) -> str:
        return sha256(self.text.encode()).hexdigest()

    def view(self) -> View:
        return View.read(self.text)


@dataclass(frozen=True)
class Since:
    """What has changed in the graph since a snapshot, by ids."""

    gone: tuple[str, ...]
    changed: Mapping[str, tuple[str, ...]]
    """Node or edge -> the properties that have another value."""
    ties_gone: tuple[str, ...]
    ties_new: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        return not (self.gone or self.changed or self.ties_gone or self.ties_new)


def save(home: Home, store: Store, view: View, name: str, run_id: str, lead_id: str = "") -> Snapshot:
    """Write the view under `name` and enter it in the ledger; raises WrongUse for an empty name or an empty view."""
    if not name.strip() or not view.nodes:
        raise WrongUse("a view without a name or without a node", "both", "give it a name that says what it shows")
    ties = tuple(sorted(edge.id for edge in _now(store, view).edges))
    at, by = datetime.now(SHANGHAI).isoformat(timespec="seconds"), Actor.current().user
    made = Snapshot(uuid4().hex[:12], name.strip(), at, by, run_id, len(view.nodes), view.written(), ties, lead_id)
    folder = _folder(home)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(folder / f"{made.id}.json", json.dumps({**asdict(made), "sha256": made.sha256}, ensure_ascii=False, sort_keys=True))
    record(home, "view.save", made.id, {"nodes": len(view.nodes), "edges": len(view.edges), "sha256": made.sha256})
    return made


def saved(home: Home) -> tuple[list[Snapshot], list[str]]:
    """All saved views that can be read, the newest first; and the names of the files that cannot."""
    kept, broken = [], []
    for path in sorted(_folder(home).glob("*.json")):
        try:
            kept.append(_read(path))
        except InputAtFault:
            broken.append(path.name)
    return sorted(kept, key=lambda one: (one.at, one.id), reverse=True), broken


def load(home: Home, snapshot: str) -> Snapshot:
    """One saved view; WrongUse when there is none of that id, InputAtFault when its file was changed or is of another version."""
    path = _folder(home) / f"{snapshot}.json"
    if not _ID.fullmatch(snapshot) or not path.exists():
        raise WrongUse(f"the view {snapshot!r}", "a saved view of this home")
    return _read(path)


def since(store: Store, snapshot: Snapshot) -> Since:
    """What is otherwise in the graph now."""
    view = snapshot.view()
    now = _now(store, view)
    nodes, edges = {one.id: kept(one) for one in now.nodes}, {one.id: kept_edge(one) for one in now.edges}
    changed = {
        key: names
        for held, found in ((view.nodes, nodes), (view.edges, edges))
        for key, one in held.items()
        if key in found and (names := _differing(one.props, found[key].props))
    }
    before = set(snapshot.ties)
    gone = tuple(sorted(set(view.nodes) - set(nodes)))
    return Since(gone, changed, tuple(sorted(before - set(edges))), tuple(sorted(set(edges) - before)))


def _now(store: Store, view: View) -> Expansion:
    return among(store, [(node.label, node.key) for node in view.nodes.values()])


def _differing(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(sorted(name for name in {*before, *after} if before.get(name) != after.get(name)))


def _folder(home: Home) -> Path:
    return home.root / "views"


def _read(path: Path) -> Snapshot:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        told, version = held.pop("sha256"), held["version"]
    except (ValueError, KeyError, AttributeError, TypeError):
        raise InputAtFault(f"{path.name} is no saved view", "a file as this program writes it") from None
    if version != VERSION:
        raise InputAtFault(f"a saved view of version {version}", f"version {VERSION}", "open it with the release that wrote it")
    made = Snapshot(**{**held, "ties": tuple(held["ties"])})
    if made.sha256 != told:
        raise InputAtFault(f"{path.name} was changed after it was saved", f"the text with sha256 {told[:12]}…", "take it from a backup")
    return made
