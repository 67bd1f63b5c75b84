"""A view: facts about a canvas, and the history of how they came. Each step holds what it changed, before and after, so any can be undone.

Where nodes stand (`places`) is no fact and has no history: undoing a step never moves a node that stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Literal, cast, get_args

from graph.picture import Count, PictureEdge, PictureNode

Kind = Literal["node", "edge", "total", "pin", "hide", "group", "note", "path", "filter"]
Wanted = tuple[Kind, str, object]
"""A fact that shall hold: its kind, its name, its value; None = it shall be gone."""
Place = tuple[float, float]


@dataclass(frozen=True)
class Change:
    """One fact before and after a step; None = it was or is not there."""

    kind: Kind
    name: str
    before: object
    after: object


@dataclass
class View:
    """What is on the canvas. Read by the properties, changed by `do`, `undo`, `redo` and nothing else."""

    _facts: dict[Kind, dict[str, object]] = field(default_factory=lambda: {kind: {} for kind in get_args(Kind)})
    places: dict[str, Place] = field(default_factory=dict)
    _done: list[Sequence[Change]] = field(default_factory=list)
    _undone: list[Sequence[Change]] = field(default_factory=list)

    @property
    def nodes(self) -> Mapping[str, PictureNode]:
        """By node id."""
        return cast("Mapping[str, PictureNode]", self._facts["node"])

    @property
    def edges(self) -> Mapping[str, PictureEdge]:
        """By edge id."""
        return cast("Mapping[str, PictureEdge]", self._facts["edge"])

    @property
    def totals(self) -> Mapping[str, tuple[Count, ...]]:
        """By node id: how many ties of each kind it has in the graph, as counted when it was opened."""
        return cast("Mapping[str, tuple[Count, ...]]", self._facts["total"])

    @property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """Group id -> the nodes that are drawn as one."""
        return cast("Mapping[str, tuple[str, ...]]", self._facts["group"])

    @property
    def notes(self) -> Mapping[str, str]:
        """By the id of a node or of a drawn line (app/explorer/drawn.py)."""
        return cast("Mapping[str, str]", self._facts["note"])

    @property
    def filters(self) -> Mapping[str, object]:
        """`ties` (at least so many), `risk` (at least this ring, and who touches it), `from` and `to` (ISO days)."""
        return self._facts["filter"]

    @property
    def pinned(self) -> Iterable[str]:
        return self._facts["pin"].keys()

    @property
    def hidden(self) -> Iterable[str]:
        return self._facts["hide"].keys()

    @property
    def path(self) -> Iterable[str]:
        """Edges of the chains found last."""
        return self._facts["path"].keys()

    @property
    def steps(self) -> tuple[int, int]:
        """How many steps can be undone, and how many redone."""
        return len(self._done), len(self._undone)

    def do(self, wanted: Iterable[Wanted]) -> bool:
        """One step: let these facts hold. False, and no step, when they do already."""
        pairs = {(kind, name): value for kind, name, value in wanted}
        changes = [Change(kind, name, before, value) for (kind, name), value in pairs.items() if (before := self._get(kind, name)) != value]
        if not changes:
            return False
        self._set((change.kind, change.name, change.after) for change in changes)
        self._done.append(changes)
        self._undone.clear()
        return True

    def undo(self) -> bool:
        """Take back the last step; False when there is none."""
        if not self._done:
            return False
        changes = self._done.pop()
        self._set((change.kind, change.name, change.before) for change in changes)
        self._undone.append(changes)
        return True

    def redo(self) -> bool:
        """Do again what was undone last; False when there is nothing."""
        if not self._undone:
            return False
        changes = self._undone.pop()
        self._set((change.kind, change.name, change.after) for change in changes)
        self._done.append(changes)
        return True

    def forget(self) -> None:
        """Let the history begin here: what stands now is the first picture."""
        self._done.clear()
        self._undone.clear()

    def _get(self, kind: Kind, name: str) -> object:
        return self._facts[kind].get(name)

    def _set(self, facts: Iterable[Wanted]) -> None:
        for kind, name, value in facts:
            if value is None:
                self._facts[kind].pop(name, None)
            else:
                self._facts[kind][name] = value

    def written(self) -> str:
        """The view as JSON, the same text for the same view: keys in order, no blanks, history left out."""
        facts = {kind: {name: _written(value) for name, value in held.items()} for kind, held in self._facts.items()}
        return json.dumps({**facts, "place": self.places}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> View:
        """A view as `written` wrote it."""
        held = json.loads(text)
        view = cls(places={name: (place[0], place[1]) for name, place in held.pop("place").items()})
        view._set((kind, name, _read(kind, value)) for kind, facts in held.items() for name, value in facts.items())
        return view


def kept(node: PictureNode) -> PictureNode:
    """The node with values that a file can hold: a moment becomes ISO 8601 text."""
    return replace(node, props=_plain(node.props))


def kept_edge(edge: PictureEdge) -> PictureEdge:
    """As `kept`, for an edge."""
    return replace(edge, props=_plain(edge.props))


def _plain(props: Mapping[str, object]) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value, (date, datetime)) else value for name, value in props.items()}


def _written(value: object) -> object:
    if isinstance(value, (PictureNode, PictureEdge)):
        return asdict(value)
    if isinstance(value, tuple):
        return [_written(one) for one in value]
    return asdict(value) if isinstance(value, Count) else value


def _read(kind: Kind, value: object) -> object:
    match kind:
        case "node":
            return PictureNode(**cast("dict[str, object]", value))  # type: ignore[arg-type]
        case "edge":
            return PictureEdge(**cast("dict[str, object]", value))  # type: ignore[arg-type]
        case "total":
            return tuple(Count(**one) for one in cast("list[dict[str, object]]", value))  # type: ignore[arg-type]
        case "group":
            return tuple(cast("list[str]", value))
        case _:
            return value
