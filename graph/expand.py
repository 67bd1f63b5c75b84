"""One step out from a node, and the network around several, with the hub guard on both.

A hub (an institution's own phone, an address of hundreds) is shown as a neighbour and never walked through. Counts come first, from the
store's own degree counters; then each relationship type gets its fair share of the limit, so that 4,000 claims never hide one phone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.errors import WrongUse
from graph.nodes import NODES
from graph.picture import Count, Direction, Expansion, PictureEdge, PictureNode, edge_of, node_of, unique
from graph.rels import RELS
from graph.schema import NodeType
from graph.statements import rels_at
from graph.store import Store

SORTED_UP_TO = 2_000
"""Neighbours of one type are put in order of their key up to this many; beyond, the store's own order has to do."""
DENSE = 2_000
"""A node with more relationships than this is never scanned: what it touches is found from the other side."""
CANDIDATES = 5_000
"""Neighbours of the seeds looked at before the best tied ones are chosen."""
TRIED = 5
"""Nodes of a label that a warm-up opens: the store's own code, too, is compiled as it is used."""
FRAME = ("HAD", "SETTLES", "AT", "ORDERED", "TREATED", "WORKS_AT", "INSURED_BY", "BOUGHT", "SHIPPED", "ON", "ABOUT", "HAS_MEMBER")
"""Beside the ties proper: relationships that hold a lead's picture together. Drugs and diagnoses join everybody and tell nothing."""

Step = tuple[str, Direction]
"""A relationship type, and the way it is walked."""


def expand(
    store: Store, label: str, key: str, *, rel_types: Sequence[str] | None = None, limit: int = 50, through_hub: bool = False
) -> Expansion:
    """Neighbours of one node, at most `limit`. A hub returns its counts only, unless `through_hub` says that the user insists.

    Raises WrongUse for a label, relationship type or key that does not exist.
    """
    node = _declared(label)
    if rel_types is not None and (unknown := [name for name in rel_types if name not in RELS]):
        raise WrongUse(f"relationship types {unknown}", f"some of {', '.join(RELS)}")
    steps = _steps(label, rel_types)
    here, totals = _degrees(store, node, key, steps)
    if here.hub and not through_hub:
        return Expansion((here,), (), tuple(Count(*step, total) for step, total in totals.items() if total), refused=here.hub)
    shares = fair_shares(totals, limit)
    nodes, edges = _neighbours(store, node, here, shares, totals)
    counts = tuple(Count(*step, total, shares[step]) for step, total in totals.items() if total)
    return Expansion(unique((here, *nodes)), tuple(edges), counts)


def neighbourhood(store: Store, seeds: Sequence[tuple[str, str]], *, limit: int = 200) -> Expansion:
    """The network of a lead: its members and evidence (`label, key`), and what ties at least two of them, up to `limit` nodes.

    Seeds that are not in the graph are left out; hubs never tie. `counts` holds one entry per relationship type of the picture.
    """
    ids = _ids(store, seeds[:limit])
    if not ids:
        return Expansion((), ())
    ties = "|".join(dict.fromkeys((*(r.name for r in RELS.values() if r.joins), *FRAME)))
    params = {"ids": ids, "room": max(0, limit - len(ids)), "dense": DENSE, "candidates": CANDIDATES}
    between = [str(row["id"]) for row in store.read(_BETWEEN.replace("$ties", ties), params)]
    return _among(store, [*ids, *between])


def among(store: Store, members: Sequence[tuple[str, str]]) -> Expansion:
    """These nodes (`label, key`) as they stand now, and every relationship between them; who is not in the graph is left out."""
    ids = _ids(store, members)
    return _among(store, ids) if ids else Expansion((), ())


def fair_shares(totals: Mapping[Step, int], limit: int) -> dict[Step, int]:
    """How many of each kind to show: small kinds whole, what they leave goes to the large ones in equal parts."""
    shares, room, waiting = dict.fromkeys(totals, 0), limit, sorted(totals, key=lambda step: totals[step])
    while waiting:
        step = waiting.pop(0)
        shares[step] = min(totals[step], room // (len(waiting) + 1))
        room -= shares[step]
    return shares


def warm(store: Store, label: str) -> None:
    """Let the store compile what `expand` will ask of this label and try it out, so that the first step is as quick as the next."""
    node, steps = _declared(label), _steps(label, None)
    for step in steps:
        store.read(_step_query(node, step, in_order=True), {"key": "", "share": 1})
    for row in store.read(f"MATCH (n:{label}) RETURN n.`{node.key.name}` AS key LIMIT {TRIED}", {}):
        expand(store, label, str(row["key"]))


def _steps(label: str, rel_types: Sequence[str] | None) -> list[Step]:
    return [(rel.name, "out" if out else "in") for rel, out in rels_at(label, rel_types)]


def _declared(label: str) -> NodeType:
    if label not in NODES:
        raise WrongUse(f"label {label!r}", f"one of {', '.join(NODES)}")
    return NODES[label]


def _degrees(store: Store, node: NodeType, key: str, steps: Sequence[Step]) -> tuple[PictureNode, dict[Step, int]]:
    """The node itself, and how many relationships of each kind it has: degree counters, no scan."""
    rows = store.read(_degrees_query(node, steps), {"key": key})
    here = node_of(rows[0]["l"], rows[0]["p"]) if rows else None
    if here is None:
        raise WrongUse(f"{node.label} {key!r} is not in the graph", f"a {node.key.name} of a loaded delivery")
    return here, {step: int(str(rows[0][f"d{n}"])) for n, step in enumerate(steps)}


def _degrees_query(node: NodeType, steps: Sequence[Step]) -> str:
    counted = "".join(f", COUNT {{ {_pattern(name, direction)} }} AS d{n}" for n, (name, direction) in enumerate(steps))
    return f"MATCH (n:{node.label} {{`{node.key.name}`: $key}}) RETURN labels(n) AS l, properties(n) AS p{counted}"


def _pattern(name: str, direction: Direction, other: str = "") -> str:
    return f"(n)-[r{name}:{name}]->({other})" if direction == "out" else f"(n)<-[r{name}:{name}]-({other})"


def _neighbours(
    store: Store, node: NodeType, here: PictureNode, shares: Mapping[Step, int], totals: Mapping[Step, int]
) -> tuple[list[PictureNode], list[PictureEdge]]:
    """As many neighbours of each kind as its share; in order of their key where there are few enough to sort."""
    nodes, edges = [], []
    for step, share in shares.items():
        if not share:
            continue
        for row in store.read(_step_query(node, step, totals[step] <= SORTED_UP_TO), {"key": here.key, "share": share}):
            other = node_of(row["l"], row["p"])
            if other:
                nodes.append(other)
                edges.append(edge_of(row["t"], *((here, other) if step[1] == "out" else (other, here)), row["rp"]))
    return nodes, edges


def _step_query(node: NodeType, step: Step, in_order: bool) -> str:
    """One small text for each kind, not one for the kinds that a node happens to have: the store compiles a text once, and that is slow."""
    order = (
        f"ORDER BY coalesce({', '.join(f'm.`{name}`' for name in dict.fromkeys(n.key.name for n in NODES.values()))})" if in_order else ""
    )
    return (
        f"MATCH (n:{node.label} {{`{node.key.name}`: $key}}) MATCH {_pattern(*step, 'm')} WITH m, r{step[0]} AS r {order} "
        "LIMIT toInteger($share) RETURN type(r) AS t, properties(r) AS rp, labels(m) AS l, properties(m) AS p"
    )


def _ids(store: Store, seeds: Sequence[tuple[str, str]]) -> list[str]:
    """Element ids of the seeds that exist, in their order."""
    found: dict[tuple[str, str], str] = {}
    for label in dict.fromkeys(label for label, _ in seeds):
        key = _declared(label).key.name
        keys = [k for one, k in seeds if one == label]
        rows = store.read(f"MATCH (n:{label}) WHERE n.`{key}` IN $keys RETURN n.`{key}` AS k, elementId(n) AS id", {"keys": keys})
        found.update({(label, str(row["k"])): str(row["id"]) for row in rows})
    return [found[seed] for seed in dict.fromkeys(seeds) if seed in found]


_BETWEEN = """
MATCH (s) WHERE elementId(s) IN $ids
WITH collect(s) AS seeds
UNWIND seeds AS s
WITH s, seeds, COUNT { (s)--() } AS degree
WITH [x IN collect({node: s, degree: degree}) WHERE x.degree <= $dense AND NOT coalesce(x.node.hub, false) | x.node] AS thin, seeds,
     [x IN collect({node: s, degree: degree}) WHERE x.degree > $dense AND NOT coalesce(x.node.hub, false) | x.node] AS dense
UNWIND thin AS s
MATCH (s)-[:$ties]-(m)
WHERE NOT coalesce(m.hub, false) AND NOT m IN seeds
WITH m, dense, count(DISTINCT s) AS tied LIMIT $candidates
CALL (m, dense) {
  WITH m, dense WHERE size(dense) > 0 AND COUNT { (m)--() } <= $dense
  MATCH (m)-[:$ties]-(d) WHERE d IN dense
  RETURN count(DISTINCT d) AS also
}
WITH m, tied + coalesce(also, 0) AS tied WHERE tied >= 2
RETURN elementId(m) AS id ORDER BY tied DESC, id LIMIT $room
"""
"""Nodes that touch at least two seeds. Dense seeds are reached from the other side."""

_EDGES = """
MATCH (a) WHERE elementId(a) IN $ids
WITH collect(a) AS chosen
WITH chosen, [a IN chosen WHERE COUNT { (a)--() } <= $dense] AS thin
CALL (chosen, thin) {
  UNWIND thin AS a MATCH (a)-[r]-(b) WHERE b IN chosen RETURN DISTINCT r
  UNION
  WITH [a IN chosen WHERE NOT a IN thin][..30] AS dense
  UNWIND dense AS a UNWIND dense AS b MATCH (a)-[r]->(b) RETURN DISTINCT r
}
RETURN type(r) AS t, properties(r) AS rp, elementId(startNode(r)) AS s, elementId(endNode(r)) AS e
"""


def _among(store: Store, ids: Sequence[str]) -> Expansion:
    """The nodes and every relationship between them."""
    chosen = "MATCH (n) WHERE elementId(n) IN $ids RETURN elementId(n) AS id, labels(n) AS l, properties(n) AS p"
    rows = store.read(chosen, {"ids": list(ids)})
    by_id = {str(row["id"]): node for row in rows if (node := node_of(row["l"], row["p"]))}
    nodes = [by_id[one] for one in ids if one in by_id]
    edges = [
        edge_of(row["t"], by_id[str(row["s"])], by_id[str(row["e"])], row["rp"])
        for row in store.read(_EDGES, {"ids": list(ids), "dense": DENSE})
        if row["s"] in by_id and row["e"] in by_id
    ]
    edges = list({edge.id: edge for edge in edges}.values())
    types = {edge.type: sum(other.type == edge.type for other in edges) for edge in edges}
    return Expansion(tuple(nodes), tuple(edges), tuple(Count(name, "out", n, n) for name, n in types.items()))
