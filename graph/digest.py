"""One number for a whole graph, independent of the order of anything: two graphs are equal when their digests are."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from graph.nodes import NODES
from graph.schema import LOADED, NodeType
from graph.store import MARKER, Store

PAGE = 20_000
"""Nodes asked for at a time, by key range."""
PATIENCE = 300.0
"""Seconds for one page."""
NOT_FROM_THE_BOOK = tuple(label for label, node in NODES.items() if node.writer not in LOADED)
"""Written after the load, by runs; the digest leaves them and their relationships out."""


def graph_digest(store: Store) -> str:
    """Hash over every node and relationship with labels, ends and properties, but for the marker and what runs write.

    Sums of 128-bit hashes, so that a doubled relationship counts twice. A check, no part of a load: it streams the whole graph and
    keeps one number a node in memory.
    """
    present = {str(row["label"]) for row in store.read("CALL db.labels() YIELD label RETURN label")}
    main = [node for label, node in NODES.items() if label in present and label not in NOT_FROM_THE_BOOK]
    nodes = {int(str(row["id"])): _hash(sorted(map(str, row["l"])), row["p"]) for row in _all_nodes(store, main)}  # type: ignore[call-overload]
    total = sum(nodes.values())
    for node in main:
        # a relationship to something that is no node of the book (a run's) is no part of the book either
        for row in _pages(store, node, "MATCH (n)-[r]->(m) RETURN id(n) AS s, id(m) AS e, type(r) AS t, properties(r) AS p"):
            end = nodes.get(int(str(row["e"])))
            total += _hash(nodes[int(str(row["s"]))], row["t"], row["p"], end) if end is not None else 0
    return f"{total % 2**128:032x}"


def _all_nodes(store: Store, main: list[NodeType]) -> Iterator[dict[str, object]]:
    """Nodes of the declared labels, then whatever bears none of them: a stray must not go unseen."""
    for node in main:
        yield from _pages(store, node, "RETURN id(n) AS id, labels(n) AS l, properties(n) AS p")
    known = [*(node.label for node in main), *NOT_FROM_THE_BOOK, MARKER]
    strays = "MATCH (n) WHERE none(l IN labels(n) WHERE l IN $known) RETURN id(n) AS id, labels(n) AS l, properties(n) AS p"
    yield from store.read(strays, {"known": known}, timeout=PATIENCE)


def _pages(store: Store, node: NodeType, then: str) -> Iterator[dict[str, object]]:
    """Rows of all nodes of a type, page by page; `then` ends the query that binds n."""
    after, key = "", f"n.`{node.key.name}`"
    while True:
        bounds = f"MATCH (n:{node.label}) WHERE {key} > $after WITH {key} AS k ORDER BY k LIMIT {PAGE} RETURN max(k) AS last"
        last = store.read(bounds, {"after": after}, timeout=PATIENCE)[0]["last"]
        if last is None:
            return
        page = f"MATCH (n:{node.label}) WHERE $after < {key} <= $last {then}"
        yield from store.read(page, {"after": after, "last": last}, timeout=PATIENCE)
        after = str(last)


def _hash(*parts: object) -> int:
    held = [sorted(part.items()) if isinstance(part, dict) else part for part in parts]
    return int.from_bytes(blake2b(repr(held).encode(), digest_size=16).digest(), "big")
