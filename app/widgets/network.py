"""The canvas of a case: what it shows at each revision, and the component that draws it.

Python holds the truth; the browser is fed by deltas `{rev, base_rev, add, remove, update}`. A whole copy (base_rev null) goes out whenever
the page itself runs, a delta when an expansion ran alone; a browser that misses one asks for a copy. Old nodes never move.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from typing import cast

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from app.serve import ASSETS
from app.widgets.picture import Edge, Node, Picture, folded_name
from app.widgets.text import t

Data = dict[str, object]


@dataclass(frozen=True)
class Question:
    """Asked before a hub opens: how many neighbours of which kind there are."""

    node: Node
    total: int
    limit: int
    kinds: Sequence[tuple[str, str, str, int]]
    """(words, family, icon, count)"""


@dataclass
class Canvas:
    """What one session sees of one case."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)
    folded: dict[str, Picture] = field(default_factory=dict)
    total: int = 0
    revision: int = 1
    question: Question | None = None
    notice: str = ""
    _delta: Data | None = None
    _asked: float = 0.0

    @classmethod
    def of(cls, picture: Picture) -> Canvas:
        nodes, edges = {n.id: n for n in picture.nodes}, {e.id: e for e in picture.edges}
        return cls(nodes, edges, dict(picture.folded), picture.total)

    def unfold(self, key: str, most: int) -> None:
        """Draw up to `most` members of a folded node; the node goes when nobody is left in it."""
        behind = self.folded.pop(key)
        shown, left = behind.nodes[:most], behind.nodes[most:]
        gone, update = [key, *(e.id for e in self.edges.values() if key in (e.source, e.target))], []
        if left:
            inside = {n.id for n in left}
            self.folded[key] = Picture(left, tuple(e for e in behind.edges if inside & {e.source, e.target}), len(left))
            self.nodes[key] = replace(self.nodes[key], name=folded_name(left[0], len(left)), members=tuple(inside))
            gone, update = [], [_node(self.nodes[key])]
        for name in gone:
            self.nodes.pop(name, None)
            self.edges.pop(name, None)
        hidden = self._hidden()
        self.question = None
        self._change(shown, [_moved(e, hidden) for e in behind.edges], gone, key, update)

    def grow(self, anchor: str, nodes: Sequence[Node], edges: Sequence[Edge], total: int) -> None:
        """Add what an expansion brought; `total` neighbours are known, of which `nodes` came."""
        hidden = self._hidden()
        fresh = [n for n in nodes if n.id not in self.nodes and n.id not in hidden]
        self.total += len(fresh) + max(0, total - len(nodes))
        self.question = None
        self._change(fresh, [_moved(e, hidden) for e in edges], [], anchor)

    def ask(self, question: Question) -> None:
        """Put a question on the canvas; nothing is added yet."""
        self.question, self._asked = question, time.time()
        self._delta = self._empty()

    def say(self, notice: str) -> None:
        """A line under the canvas; nothing is added."""
        self.notice = notice
        self._delta = self._delta or self._empty()

    def message(self) -> Data:
        """What to send now: the delta of the event just handled, else a whole copy."""
        delta, self._delta = self._delta, None
        sent = delta or {
            "rev": self.revision,
            "base_rev": None,
            "add": self._drawn(self.nodes.values(), self.edges.values()),
            "remove": [],
            "update": [],
        }
        return {**sent, "total": self.total, "notice": self.notice, "ask": self._question()}

    def _hidden(self) -> dict[str, str]:
        """Node -> the folded node that it is drawn in."""
        return {node.id: key for key, picture in self.folded.items() for node in picture.nodes}

    def _change(self, nodes: Sequence[Node], edges: Sequence[Edge], gone: Sequence[str], anchor: str, update: Sequence[Data] = ()) -> None:
        self.notice = ""
        self.nodes.update({n.id: n for n in nodes})
        new = {e.id: e for e in edges if e.id not in self.edges and e.source in self.nodes and e.target in self.nodes}
        self.edges.update(new)
        add = self._drawn(nodes, new.values())
        self.revision += 1
        self._delta = {
            "rev": self.revision,
            "base_rev": self.revision - 1,
            "add": add,
            "remove": list(gone),
            "update": list(update),
            "anchor": anchor,
        }

    def _empty(self) -> Data:
        return {"rev": self.revision, "base_rev": self.revision, "add": [], "remove": [], "update": []}

    def _question(self) -> Data | None:
        if (asked := self.question) is None:
            return None
        rows = [{"text": text, "family": family, "icon": icon, "count": f"{n:,}"} for text, family, icon, n in asked.kinds]
        title, go = t("network.ask", name=asked.node.name), t("network.ask_go", n=min(asked.limit, asked.total))
        return {"id": asked.node.id, "at": self._asked, "title": title, "total": f"{asked.total:,}", "rows": rows, "go": go}

    @staticmethod
    def _drawn(nodes: Iterable[Node], edges: Iterable[Edge]) -> list[Data]:
        drawn: list[Data] = [{"data": _node(n)} for n in nodes]
        drawn += [{"data": _edge(e)} for e in edges]
        return drawn


def _moved(edge: Edge, hidden: Mapping[str, str]) -> Edge:
    return Edge(hidden.get(edge.source, edge.source), hidden.get(edge.target, edge.target), edge.line, edge.weight, edge.text)


def _node(n: Node) -> Data:
    drawn: Data = {
        "id": n.id,
        "label": n.name,
        "title": n.name,
        "family": n.family,
        "icon": n.icon,
        "kind": n.kind,
        "risk": n.risk,
        "expandable": True,
    }
    drawn["named"] = n.named or n.count > 1
    return {**drawn, "count": n.count} if n.count > 1 else drawn


def _edge(e: Edge) -> Data:
    drawn: Data = {"id": e.id, "source": e.source, "target": e.target, "type": e.line, "weight": e.weight}
    return {**drawn, "label": e.text} if e.text else drawn


def words() -> Data:
    """Everything the component writes, in the session's language."""
    one = {name: t(f"network.{name}") for name in ("title", "fit", "screen", "table", "kind", "name", "ties", "expand", "cancel")}
    one["count"] = t("network.count", n="{n}", m="{m}")  # the browser counts, so it fills these in
    families = {name: t(f"family.{name}") for name in ("patient", "staff", "care", "pharmacy", "goods", "ties", "acts", "finding")}
    lines = {name: t(f"line.{name}") for name in ("record", "flow", "doubt", "infer")}
    return {**one, "families": families, "lines": lines, "risks": [t(f"risk.{level}") for level in (1, 2, 3)]}


@cache
def _module() -> str:
    """A stub that loads the bundle from our own address: half a megabyte is fetched once, not sent with every rerun."""
    version = sha256((ASSETS / "network.js").read_bytes()).hexdigest()[:12]
    address = f'location.origin + "/room/network.js?{version}"'
    return f"/* ringscope network */\nconst bundle = await import({address});\nexport default bundle.default;\n"


@cache
def _style() -> str:
    return (ASSETS / "network.css").read_text(encoding="utf-8")


def mount() -> ComponentRenderer:
    """The component; what `data` holds decides whether it shows a case or the explorer."""
    return st.components.v2.component("ringscope_network", html='<div class="root"></div>', css=_style(), js=_module())


def show(canvas: Canvas, *, key: str, height: int, expand: Callable[[str, bool], None]) -> None:
    """Draw `canvas`; `expand(node id, confirmed)` is called when somebody opens a node, before the fragment runs again."""
    def opened() -> None:
        asked = cast("Mapping[str, object] | None", getattr(st.session_state[key], "expand", None))
        if asked:
            expand(str(asked["id"]), bool(asked["confirmed"]))

    data = {**canvas.message(), "words": words(), "height": height, "seed": 7}
    mount()(key=key, data=data, on_expand_change=opened, on_resync_change=lambda: None)
