"""How two nodes hang together: the shortest chains of shared phones, addresses, accounts, faces, boxes and visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from graph.errors import WrongUse
from graph.nodes import NODES
from graph.picture import Expansion, PictureEdge, PictureNode, edge_of, node_of, unique
from graph.rels import RELS
from graph.store import Store

BELONGS = ("HAD", "SETTLES")
"""A visit and its payment belong to one person: walking along them joins nobody by itself."""
LONGEST = 8
TIES = (*(rel.name for rel in RELS.values() if rel.joins), *BELONGS)
"""Relationships that a chain may run along."""


def paths(
    store: Store,
    start: tuple[str, str],
    end: tuple[str, str],
    *,
    rel_types: Sequence[str] = TIES,
    most: int = 3,
    longest: int = LONGEST,
) -> Expansion:
    """Up to `most` shortest chains between two nodes (`label, key`) along `rel_types`, never through a hub; empty when there is none."""
    for label, _ in (start, end):
        if label not in NODES:
            raise WrongUse(f"label {label!r}", f"one of {', '.join(NODES)}")
    if not rel_types or (unknown := [name for name in rel_types if name not in TIES]):
        raise WrongUse(f"a chain along {unknown if rel_types else 'nothing'}", f"some of {', '.join(TIES)}")
    rows = store.read(_query(start[0], end[0], rel_types, most, longest), {"a": start[1], "b": end[1]})
    nodes: list[PictureNode] = []
    edges: list[PictureEdge] = []
    for row in rows:
        chain = _chain(row)
        nodes += chain.values()
        steps = cast("Sequence[Mapping[str, object]]", row["steps"])
        edges += [edge_of(step["t"], chain[str(step["s"])], chain[str(step["e"])], step["p"]) for step in steps]
    return Expansion(unique(nodes), tuple({edge.id: edge for edge in edges}.values()))


def _query(start: str, end: str, rel_types: Sequence[str], most: int, longest: int) -> str:
    ties = "|".join(rel_types)
    return (
        f"MATCH (a:{start} {{`{NODES[start].key.name}`: $a}}), (b:{end} {{`{NODES[end].key.name}`: $b}}) "
        f"MATCH p = SHORTEST {int(most)} (a) ((x)-[:{ties}]-(y) WHERE NOT coalesce(y.hub, false)){{1,{int(longest)}}} (b) "
        "RETURN [n IN nodes(p) | {id: elementId(n), l: labels(n), p: properties(n)}] AS chain, "
        "[r IN relationships(p) | {t: type(r), p: properties(r), s: elementId(startNode(r)), e: elementId(endNode(r))}] AS steps"
    )


def _chain(row: Mapping[str, object]) -> dict[str, PictureNode]:
    """Element id -> node."""
    found = cast("Sequence[Mapping[str, object]]", row["chain"])
    return {str(one["id"]): node for one in found if (node := node_of(one["l"], one["p"]))}
