"""Opening a node of the canvas: a folded one shows its members, any other asks the graph for its neighbours, a crowd asks first."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread

import streamlit as st

from app.views.desk import Desk
from app.widgets.network import Canvas, Question
from app.widgets.page import logged
from app.widgets.picture import LINES, Edge, Node
from app.widgets.text import either, t
from graph import ties
from graph.endpoint import Endpoint
from graph.errors import RingscopeError, WrongUse
from graph.expand import expand as step_out
from graph.expand import warm
from graph.home import Home
from graph.nodes import NODES
from graph.picture import Count, PictureNode
from graph.rels import RELS
from graph.store import Store, ping
from kg.patterns import PATTERNS

LIMIT = 50
"""Neighbours that come at one time; above it the canvas asks first."""


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
    Thread(target=_warm, args=(root,), name="warm", daemon=True).start()
    return store


def store_of(home: Home) -> Store:
    """The graph of the home, opened once for all sessions."""
    return _store(str(home.root))


def forget() -> None:
    """Look for the server anew at the next question: it may come back under another port."""
    _store.clear()
    _answers.clear()


def _warm(root: str) -> None:
    """Beside the page that is being read: the first double click should not wait for the graph to compile its questions.

    Over connections of its own: the pages' store may be released in mid-question, and a driver closed by another thread loses a socket.
    """
    # a server that is gone is told by the click, not by this
    with suppress(RingscopeError), Store.open(Home(Path(root))) as store:
        for label in NODES:
            warm(store, label)
            ties.warm(store, label)


def expand(opened: Desk, canvas: Canvas, node: str, confirmed: bool) -> None:
    """Open `node` on the canvas; what goes wrong becomes a line under it."""
    if node in canvas.folded:
        _unfold(canvas, canvas.nodes[node], confirmed)
        return
    try:
        _ask_graph(opened, canvas, canvas.nodes[node], confirmed)
    except RingscopeError as error:
        forget()
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
        canvas.ask(Question(node, total, LIMIT, [kind_of(node.label, count) for count in found.counts]))
        return
    met = [one for one in found.nodes if one.id != node.id]
    known = set(canvas.nodes)
    edges = [*found.edges, *ties.ties(store, met, known)]
    canvas.grow(node.id, _named(opened, met), [_edge(edge.type, edge.start, edge.end) for edge in edges], total)
    if known >= {one.id for one in met}:
        canvas.say(t("network.nothing", name=node.name))


def _edge(rel: str, start: str, end: str) -> Edge:
    return Edge(start, end, LINES.get(rel, "record"))


def kind_of(label: str, count: Count) -> tuple[str, str, str, int]:
    """One line of the question: what lies at the other end, where that can only be one kind, and by which relationship."""
    here, there = (0, 1) if count.direction == "out" else (1, 0)
    ends = [pair[there] for pair in RELS[count.type].ends if pair[here] == label]
    says = either(RELS[count.type].zh, count.type.replace("_", " ").lower())
    if len(ends) != 1:
        return says, "acts", "list-checks", count.total
    declared = NODES[ends[0]]
    return f"{either(declared.zh, declared.label)} · {says}", declared.look.family, declared.look.icon, count.total


def _named(opened: Desk, met: Sequence[PictureNode]) -> list[Node]:
    """Persons by their masked names, phones and addresses masked, leads by their pattern; everything else keeps its caption."""
    names = opened.names([one.id for one in met if one.label != "Institution"])
    return [Node(one.id, names.get(one.id) or caption(one), one.family, one.icon, NODES[one.label].zh) for one in met]


def caption(one: PictureNode) -> str:
    """What stands under a node that bears no person's name."""
    pattern = PATTERNS.get(str(one.props.get("pattern")))
    return one.caption if pattern is None else either(pattern.zh, pattern.en)
