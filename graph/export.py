"""A piece of the graph as files for other programs: GraphML, JSON, and Cypher, to rebuild it elsewhere or to ask for it again."""

from __future__ import annotations

import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import networkx as nx

from graph.nodes import NODES
from graph.picture import PictureEdge, PictureNode
from graph.rels import RELS

One = TypeVar("One", PictureNode, PictureEdge)
Props = Mapping[str, object]
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold."""


def as_json(nodes: Sequence[PictureNode], edges: Sequence[PictureEdge]) -> str:
    """`{nodes: [{id, label, props}], edges: [{id, type, start, end, props}]}`, in the order of the ids."""
    picture = {
        "nodes": [{"id": node.id, "label": node.label, "props": dict(node.props)} for node in _sorted(nodes)],
        "edges": [{"id": e.id, "type": e.type, "start": e.start, "end": e.end, "props": dict(e.props)} for e in _sorted(edges)],
    }
    return json.dumps(picture, ensure_ascii=False, indent=1, sort_keys=True)


def as_graphml(nodes: Sequence[PictureNode], edges: Sequence[PictureEdge]) -> str:
    """A directed graph whose nodes carry `label` and edges `type` beside their properties."""
    return graphml(
        ((node.id, {"label": node.label, **node.props}) for node in _sorted(nodes)),
        ((edge.start, edge.end, edge.id, {"type": edge.type, **edge.props}) for edge in _sorted(edges)),
    )


def graphml(nodes: Iterable[tuple[str, Props]], edges: Iterable[tuple[str, str, str, Props]]) -> str:
    """GraphML 1.0 of nodes (id, properties) and edges (start, end, id, properties); what XML cannot hold becomes U+FFFD."""
    graph = nx.MultiDiGraph()
    for node, props in nodes:
        graph.add_node(_xml(node), **_plain(props))
    for start, end, edge, props in edges:
        graph.add_edge(_xml(start), _xml(end), key=_xml(edge), **_plain(props))
    out = io.BytesIO()
    nx.write_graphml(graph, out, edge_id_from_attribute=None)
    return out.getvalue().decode()


def as_cypher(nodes: Sequence[PictureNode], edges: Sequence[PictureEdge]) -> str:
    """Statements that rebuild the picture in another database, each of which may be run again."""
    lines = [f"MERGE (n:{n.label} {_key(n.label, n.key)}) SET n += {_map(n.props)};" for n in _sorted(nodes)]
    for edge in _sorted(edges):
        (a, b), apart = (end.partition(":") for end in (edge.start, edge.end)), RELS[edge.type].apart
        told = f" {_map({apart: edge.props[apart]})}" if apart and apart in edge.props else ""
        lines.append(
            f"MATCH (a:{a[0]} {_key(a[0], a[2])}), (b:{b[0]} {_key(b[0], b[2])}) "
            f"MERGE (a)-[r:{edge.type}{told}]->(b) SET r += {_map(edge.props)};"
        )
    return "\n".join(lines) + "\n"


def query_of(nodes: Sequence[PictureNode], edges: Sequence[PictureEdge]) -> str:
    """The query that answers exactly these nodes, and the relationships of these types between them."""
    keys: dict[str, list[str]] = defaultdict(list)
    for node in _sorted(nodes):
        keys[node.label].append(node.key)
    asked = "\n  UNION ALL\n".join(
        f"  MATCH (n:{label}) WHERE n.`{NODES[label].key.name}` IN {literal(some)} RETURN n" for label, some in keys.items()
    )
    types = literal(sorted({edge.type for edge in edges}))
    return (
        f"CALL () {{\n{asked}\n}}\nWITH collect(n) AS shown\n"
        f"OPTIONAL MATCH (a)-[r]->(b) WHERE a IN shown AND b IN shown AND type(r) IN {types}\nRETURN shown, collect(r) AS ties"
    )


def _sorted(some: Sequence[One]) -> list[One]:
    return sorted(some, key=lambda one: one.id)


def _plain(props: Props) -> dict[str, bool | int | float | str]:
    """What GraphML has a type for; anything else as text."""
    known = {name: value for name, value in props.items() if value is not None}
    return {name: value if isinstance(value, (bool, int, float)) else _xml(str(value)) for name, value in known.items()}


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _key(label: str, key: str) -> str:
    return _map({NODES[label].key.name: key})


def _map(props: Mapping[str, object]) -> str:
    return "{" + ", ".join(f"`{name.replace('`', '``')}`: {literal(value)}" for name, value in sorted(props.items())) + "}"


def literal(value: object) -> str:
    """A value as Cypher reads it. Every character that could end a string is escaped."""
    if isinstance(value, (bool, int, float)):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(literal, value))}]"
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r") + "'"
