"""Ties between what is on a canvas: of nodes that have just come to those that were there, and all ties among a set of nodes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from graph.nodes import NODES
from graph.picture import PictureEdge, PictureNode, edge_of, node_of
from graph.store import Store

QUIET = 40
"""Relationships up to which a new node also shows its ties to nodes that are on the canvas already."""
SECONDS = 10.0


def ties(store: Store, met: Sequence[PictureNode], shown: Collection[str]) -> list[PictureEdge]:
    """Ties of the quiet ones among `met` to nodes whose ids are `shown`: a visit also shows where it was."""
    here = {*shown, *(one.id for one in met)}
    keys: dict[str, list[str]] = {}
    for one in met:
        keys.setdefault(one.label, []).append(one.key)
    edges = {}
    for label, some in keys.items():  # a text for each label, not one for the labels that came together: it is compiled once
        for row in store.read(_query(label), {"keys": some, "quiet": QUIET}, timeout=SECONDS):
            this, other = node_of(row["l"], row["p"]), node_of(row["ol"], row["op"])
            if this and other and other.id in here:
                edge = edge_of(row["t"], *((this, other) if row["out"] else (other, this)), row["rp"])
                edges[edge.id] = edge
    return list(edges.values())


def warm(store: Store, label: str) -> None:
    """Let the store compile the question, so that the first step out is as quick as the next."""
    store.read(_query(label), {"keys": [], "quiet": QUIET}, timeout=SECONDS)


def _query(label: str) -> str:
    return _TIES.format(label=label, key=NODES[label].key.name)


_TIES = """
MATCH (m:{label}) WHERE m.`{key}` IN $keys AND COUNT {{ (m)--() }} <= $quiet
MATCH (m)-[r]-(o)
RETURN type(r) AS t, properties(r) AS rp, startNode(r) = m AS out, labels(m) AS l, properties(m) AS p,
       labels(o) AS ol, properties(o) AS op"""
