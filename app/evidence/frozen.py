"""The subgraph of a lead in three forms that other programs read: JSON, GraphML and Cypher."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from app.evidence.case import Case
from app.widgets.picture import LABELS, people
from graph.export import graphml, literal
from graph.nodes import NODES

RELATIONS = {"record": "CITED_WITH", "flow": "SEEN_AT", "doubt": "MAY_BE", "infer": "INFERRED"}
"""Line of the picture -> type of the relationship; `rows` counts the evidence rows behind it."""

Element = dict[str, str | int]


def frozen(case: Case) -> dict[str, bytes]:
    """Path in the bag -> content."""
    nodes, edges = list(_nodes(case)), list(_edges(case))
    return {
        "graph/subgraph.json": json.dumps({"lead_id": case.lead_id, "nodes": nodes, "edges": edges}, ensure_ascii=False, indent=1).encode(),
        "graph/subgraph.graphml": _graphml(nodes, edges),
        "graph/subgraph.cypher": "".join(_cypher(nodes, edges)).encode(),
    }


def _nodes(case: Case) -> Iterator[Element]:
    roles = {f"{LABELS[kind]}:{key}": role for kind, key, role in people(case.lead) if kind in LABELS}
    for node in case.subgraph.nodes:
        label, _, key = node.id.partition(":")
        yield {
            "id": node.id,
            "label": label,
            "key": key,
            "name": node.name,
            "kind": node.kind,
            "family": node.family,
            "risk": node.risk,
            "role": roles.get(node.id, ""),
        }


def _edges(case: Case) -> Iterator[Element]:
    for edge in case.subgraph.edges:
        yield {"source": edge.source, "target": edge.target, "type": RELATIONS[edge.line], "rows": edge.weight}


def _graphml(nodes: list[Element], edges: list[Element]) -> bytes:
    return graphml(
        ((str(node["id"]), {name: value for name, value in node.items() if name != "id"}) for node in nodes),
        (
            (str(e["source"]), str(e["target"]), f"{e['source']}-{e['type']}->{e['target']}", {"type": e["type"], "rows": e["rows"]})
            for e in edges
        ),
    ).encode()


def _cypher(nodes: list[Element], edges: list[Element]) -> Iterator[str]:
    """MERGE statements that build the same graph in any Neo4j; safe to run twice."""
    for node in nodes:
        key = NODES[str(node["label"])].key.name
        said = ", ".join(f"n.{name} = {literal(node[name])}" for name in ("name", "kind", "role", "risk"))
        yield f"MERGE (n:{node['label']} {{{key}: {literal(node['key'])}}}) SET {said};\n"
    for edge in edges:
        ends = f"MATCH {_end('a', edge, 'source')} MATCH {_end('b', edge, 'target')}"
        yield f"{ends} MERGE (a)-[r:{edge['type']}]->(b) SET r.rows = {edge['rows']};\n"


def _end(name: str, edge: Mapping[str, str | int], end: str) -> str:
    label, _, key = str(edge[end]).partition(":")
    return f"({name}:{label} {{{NODES[label].key.name}: {literal(key)}}})"
