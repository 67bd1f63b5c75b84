"""Opening a node of the canvas: a folded one shows its members, any other asks the graph for its neighbours, a crowd asks first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import streamlit as st

from app.views.desk import Desk
from app.widgets.network import Canvas, Question
from app.widgets.picture import Edge, Line, Node, node_of
from app.widgets.text import either, t
from graph.endpoint import Endpoint
from graph.errors import RingscopeError
from graph.home import Home
from graph.nodes import NODES
from graph.rels import RELS
from graph.store import Store, ping

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


@dataclass(frozen=True)
class Found:
    """Neighbours of one node as the graph gave them."""

    nodes: Sequence[Node]
    edges: Sequence[Edge]


def graph_up(home: Home) -> bool:
    """Whether the graph's server answers; asked at most every few seconds."""
    return _answers(str(home.root))


@st.cache_data(ttl=5, show_spinner=False)
def _answers(root: str) -> bool:
    try:
        return ping(Endpoint.of(Home(Path(root))))
    except RingscopeError:
        return False


@st.cache_resource(max_entries=2, show_spinner=False)
def _store(root: str) -> Store:
    return Store.open(Home(Path(root)))


def expand(opened: Desk, canvas: Canvas, node: str, confirmed: bool) -> None:
    """Open `node` on the canvas; what goes wrong becomes a line under it."""
    if node in canvas.folded:
        _unfold(canvas, canvas.nodes[node], confirmed)
        return
    try:
        _ask_graph(opened, canvas, canvas.nodes[node], confirmed)
    except RingscopeError as error:
        _store.clear()  # the server may come back under another port
        canvas.say(t("graph.failed", seen=error.seen))


def _unfold(canvas: Canvas, node: Node, confirmed: bool) -> None:
    if node.count > LIMIT and not confirmed:
        canvas.ask(Question(node, node.count, LIMIT, [(node.kind, node.family, node.icon, node.count)]))
    else:
        canvas.unfold(node.id, LIMIT)


def _ask_graph(opened: Desk, canvas: Canvas, node: Node, confirmed: bool) -> None:
    store = _store(str(opened.home.root))
    degrees = degrees_of(store, node.id)
    if degrees is None:
        canvas.say(t("network.absent", name=node.name))
    elif (total := sum(degrees.values())) > LIMIT and not confirmed:
        canvas.ask(Question(node, total, LIMIT, [_kind(node, rel, out, n) for (rel, out), n in degrees.items()]))
    else:
        found = neighbours_of(store, node.id, canvas.nodes)
        known = {n.id for n in found.nodes} - set(canvas.nodes)
        canvas.grow(node.id, _named(opened, found.nodes), found.edges, total)
        if not known:
            canvas.say(t("network.nothing", name=node.name))


def degrees_of(store: Store, node: str) -> dict[tuple[str, bool], int] | None:
    """(relationship, whether it leaves the node) -> how many, read from counters; None when the graph has no such node."""
    label, key = _match(node)
    sides = [(rel.name, out) for rel in RELS.values() for out in (True, False) if label in (rel.starts if out else rel.stops)]
    paths = (f"(n)-[:{rel}]->()" if out else f"(n)<-[:{rel}]-()" for rel, out in sides)
    counts = ", ".join(f"COUNT {{ {path} }} AS c{i}" for i, path in enumerate(paths))
    rows = store.read(f"MATCH (n:{label} {{{key}: $key}}) RETURN {counts or '0 AS c0'}", {"key": node.partition(":")[2]}, timeout=SECONDS)
    return {side: n for i, side in enumerate(sides) if (n := int(cast(int, rows[0][f"c{i}"])))} if rows else None


def neighbours_of(store: Store, node: str, shown: Mapping[str, Node], limit: int = LIMIT) -> Found:
    """At most `limit` neighbours, their ties to `node`, and those of the quiet ones to nodes that are shown already."""
    label, key = _match(node)
    rows = store.read(_NEIGHBOURS.format(label=label, key=key), {"key": node.partition(":")[2], "limit": limit}, timeout=SECONDS)
    nodes, edges, ids = {}, {}, {}
    for row in rows:
        met = _node(cast("Sequence[str]", row["labels"]), cast("Mapping[str, object]", row["properties"]))
        if met is None:
            continue
        nodes[met.id] = met
        ids[cast(str, row["element"])] = met.id
        edge = _edge(node, met.id, row)
        edges[edge.id] = edge
    for row in store.read(_TIES, {"ids": [*ids], "quiet": QUIET}, timeout=SECONDS):
        other = _node(cast("Sequence[str]", row["labels"]), cast("Mapping[str, object]", row["properties"]))
        if other is not None and (other.id in shown or other.id in nodes):
            edge = _edge(ids[cast(str, row["element"])], other.id, row)
            edges[edge.id] = edge
    return Found(list(nodes.values()), list(edges.values()))


_NEIGHBOURS = """
MATCH (n:{label} {{{key}: $key}})-[r]-(m)
WITH r, m, startNode(r) = n AS out LIMIT $limit
RETURN type(r) AS rel, out, elementId(m) AS element, labels(m) AS labels, properties(m) AS properties"""
_TIES = """
MATCH (m) WHERE elementId(m) IN $ids AND COUNT { (m)--() } <= $quiet
MATCH (m)-[r]-(o)
RETURN type(r) AS rel, startNode(r) = m AS out, elementId(m) AS element, labels(o) AS labels, properties(o) AS properties"""


def _match(node: str) -> tuple[str, str]:
    """Label and key property of a node id; both come from the declarations, never from what somebody typed."""
    declared = NODES[node.partition(":")[0]]
    return declared.label, declared.key.name


def _node(labels: Sequence[str], properties: Mapping[str, object]) -> Node | None:
    """A node of the graph as one of the canvas; None for what is not declared."""
    declared = next((NODES[label] for label in labels if label in NODES), None)
    if declared is None or properties.get(declared.key.name) is None:
        return None
    look = declared.look_of(labels)
    return Node(f"{declared.label}:{properties[declared.key.name]}", declared.caption_of(properties), look.family, look.icon, declared.zh)


def _edge(one: str, other: str, row: Mapping[str, Any]) -> Edge:
    source, target = (one, other) if row["out"] else (other, one)
    return Edge(source, target, LINES.get(str(row["rel"]), "record"))


def _kind(node: Node, rel: str, out: bool, n: int) -> tuple[str, str, str, int]:
    """One line of the question: what lies at the other end, where that can only be one kind, and by which relationship."""
    here, there = (0, 1) if out else (1, 0)
    ends = [pair[there] for pair in RELS[rel].ends if pair[here] == node.label]
    says = either(RELS[rel].zh, rel.replace("_", " ").lower())
    if len(ends) != 1:
        return says, "acts", "list-checks", n
    declared = NODES[ends[0]]
    return f"{either(declared.zh, declared.label)} · {says}", declared.look.family, declared.look.icon, n


def _named(opened: Desk, nodes: Sequence[Node]) -> list[Node]:
    """Persons by their masked names, phones and addresses masked; everything else keeps its caption."""
    names = opened.names([n.id for n in nodes])
    return [node_of(n.id, names[n.id]) if n.id in names and n.label != "Institution" else n for n in nodes]
