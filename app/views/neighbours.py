"""Opening a node of the canvas: a folded one shows its members, any other asks the graph for its neighbours, a crowd asks first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread

import streamlit as st

from app.views.desk import Desk
from app.widgets.network import Canvas, Question
from app.widgets.page import logged
from app.widgets.picture import Edge, Line, Node
from app.widgets.text import either, t
from graph.endpoint import Endpoint
from graph.errors import RingscopeError, WrongUse
from graph.expand import expand as step_out
from graph.expand import warm
from graph.home import Home
from graph.nodes import NODES
from graph.picture import Count, PictureNode, node_of
from graph.rels import RELS
from graph.store import Store, ping
from kg.patterns import PATTERNS

LIMIT = 50
"""Neighbours that come at one time; above it the canvas asks first."""
QUIET = 40
"""Relationships up to which a new node also shows its ties to nodes that are on the canvas already."""
SECONDS = 10.0
LINES: Mapping[str, Line] = {
    "FACE_MATCH": "doubt", "SOLD_IN": "flow", "SOLD_AT": "flow", "PAID_INTO": "flow", "PAID": "flow", "SUPPLIED": "flow",
    "HAS_MEMBER": "infer", "ABOUT": "infer",
}  # fmt: skip
"""How a relationship is drawn; any other is a record."""


def graph_up(home: Home) -> bool:
    """Whether the graph's server answers; asked once a minute, and anew after a failure."""
    return _answers(str(home.root))


@st.cache_data(ttl=60, show_spinner=False)
def _answers(root: str) -> bool:
    try:
        up = ping(Endpoint.of(Home(Path(root))))
        if up:
            _store(root)
        return up
    except RingscopeError:
        return False


@st.cache_resource(max_entries=2, show_spinner=False, on_release=Store.close)
def _store(root: str) -> Store:
    store = Store.open(Home(Path(root)))
    Thread(target=_warm, args=(store,), name="warm", daemon=True).start()
    return store


def _warm(store: Store) -> None:
    """Beside the page that is being read: the first double click should not wait for the graph to compile its questions."""
    with suppress(RingscopeError):  # a server that is gone is told by the click, not by this
        for label, node in NODES.items():
            warm(store, label)
            store.read(_TIES.format(label=label, key=node.key.name), {"keys": [], "quiet": QUIET}, timeout=SECONDS)


def expand(opened: Desk, canvas: Canvas, node: str, confirmed: bool) -> None:
    """Open `node` on the canvas; what goes wrong becomes a line under it."""
    if node in canvas.folded:
        _unfold(canvas, canvas.nodes[node], confirmed)
        return
    try:
        _ask_graph(opened, canvas, canvas.nodes[node], confirmed)
    except RingscopeError as error:
        _store.clear()  # the server may come back under another port
        _answers.clear()
        canvas.say(t("graph.failed", seen=error.seen))
    except Exception:  # a callback has no place on the page: its failure is a line under the canvas
        canvas.say(t("graph.broken", number=logged("expand")))


def _unfold(canvas: Canvas, node: Node, confirmed: bool) -> None:
    if node.count > LIMIT and not confirmed:
        canvas.ask(Question(node, node.count, LIMIT, [(node.kind, node.family, node.icon, node.count)]))
    else:
        canvas.unfold(node.id, LIMIT)


def _ask_graph(opened: Desk, canvas: Canvas, node: Node, confirmed: bool) -> None:
    """A hub, or more than LIMIT neighbours, is a question first; nothing is cut without being said."""
    store = _store(str(opened.home.root))
    label, _, key = node.id.partition(":")
    try:
        found = step_out(store, label, key, limit=LIMIT, through_hub=confirmed)
    except WrongUse:
        canvas.say(t("network.absent", name=node.name))
        return
    total = sum(count.total for count in found.counts)
    if (found.refused or found.cut) and not confirmed:
        canvas.ask(Question(node, total, LIMIT, [_kind(node, count) for count in found.counts]))
        return
    met = [one for one in found.nodes if one.id != node.id]
    edges = [_edge(edge.type, edge.start, edge.end) for edge in found.edges]
    known = set(canvas.nodes)
    canvas.grow(node.id, _named(opened, met), [*edges, *ties(store, met, known)], total)
    if known >= {one.id for one in met}:
        canvas.say(t("network.nothing", name=node.name))


def ties(store: Store, met: Sequence[PictureNode], shown: Collection[str]) -> list[Edge]:
    """Ties of quiet new nodes to nodes that are on the canvas already: a visit also shows where it was."""
    here = {*shown, *(one.id for one in met)}
    keys: dict[str, list[str]] = {}
    for one in met:
        keys.setdefault(one.label, []).append(one.key)
    rows = [
        row
        for label, some in keys.items()  # a text for each label, not one for the labels that came together: it is compiled once
        for row in store.read(_TIES.format(label=label, key=NODES[label].key.name), {"keys": some, "quiet": QUIET}, timeout=SECONDS)
    ]
    edges = []
    for row in rows:
        start, end = node_of(row["labels"], row["properties"]), node_of(row["other_labels"], row["other_properties"])
        if start and end and end.id in here:
            edges.append(_edge(str(row["rel"]), *((start.id, end.id) if row["out"] else (end.id, start.id))))
    return edges


_TIES = """
MATCH (m:{label}) WHERE m.`{key}` IN $keys AND COUNT {{ (m)--() }} <= $quiet
MATCH (m)-[r]-(o)
RETURN type(r) AS rel, startNode(r) = m AS out, labels(m) AS labels, properties(m) AS properties,
       labels(o) AS other_labels, properties(o) AS other_properties"""


def _edge(rel: str, start: str, end: str) -> Edge:
    return Edge(start, end, LINES.get(rel, "record"))


def _kind(node: Node, count: Count) -> tuple[str, str, str, int]:
    """One line of the question: what lies at the other end, where that can only be one kind, and by which relationship."""
    here, there = (0, 1) if count.direction == "out" else (1, 0)
    ends = [pair[there] for pair in RELS[count.type].ends if pair[here] == node.label]
    says = either(RELS[count.type].zh, count.type.replace("_", " ").lower())
    if len(ends) != 1:
        return says, "acts", "list-checks", count.total
    declared = NODES[ends[0]]
    return f"{either(declared.zh, declared.label)} · {says}", declared.look.family, declared.look.icon, count.total


def _named(opened: Desk, met: Sequence[PictureNode]) -> list[Node]:
    """Persons by their masked names, phones and addresses masked, leads by their pattern; everything else keeps its caption."""
    names = opened.names([one.id for one in met if one.label != "Institution"])
    return [Node(one.id, names.get(one.id) or _caption(one), one.family, one.icon, NODES[one.label].zh) for one in met]


def _caption(one: PictureNode) -> str:
    pattern = PATTERNS.get(str(one.props.get("pattern")))
    return one.caption if pattern is None else either(pattern.zh, pattern.en)
