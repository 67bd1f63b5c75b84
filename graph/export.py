"""A piece of the graph as files for other programs: GraphML, JSON, and Cypher, to rebuild it elsewhere or to ask for it again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeVar
from xml.etree import ElementTree as ET

from graph.nodes import NODES
from graph.picture import PictureEdge, PictureNode
from graph.rels import RELS

One = TypeVar("One", PictureNode, PictureEdge)
_TYPES = {bool: "boolean", int: "long", float: "double", str: "string"}
"""Python -> GraphML."""


def as_json(nodes: Sequence[PictureNode], edges: Sequence[PictureEdge]) -> str:
    """`{nodes: [{id, label, props}], edges: [{id, type, start, end, props}]}`, in the order of the ids."""
    picture = {
        "nodes": [{"id": node.id, "label": node.label, "props": dict(node.props)} for node in _sorted(nodes)],
        "edges": [{"id": e.id, "type": e.type, "start": e.start, "end": e.end, "props": dict(e.props)} for e in _sorted(edges)],
    }
    return json.dumps(picture, ensure_ascii=False, indent=1, sort_keys=True)


def as_graphml(nodes: Sequence[PictureNode], edges: Sequence[PictureEdge]) -> str:
    """GraphML 1.0: a directed graph whose nodes carry `label` and edges `type` beside their properties."""
    root = ET.Element("graphml", {"xmlns": "http://graphml.graphdrawing.org/xmlns"})
    graph = ET.Element("graph", {"id": "view", "edgedefault": "directed"})
    keys: dict[tuple[str, str, str], str] = {}
    for node in _sorted(nodes):
        _data(ET.SubElement(graph, "node", {"id": node.id}), "node", {"label": node.label, **node.props}, keys)
    for edge in _sorted(edges):
        one = ET.SubElement(graph, "edge", {"id": edge.id, "source": edge.start, "target": edge.end})
        _data(one, "edge", {"type": edge.type, **edge.props}, keys)
    for (end, name, kind), key in keys.items():
        ET.SubElement(root, "key", {"id": key, "for": end, "attr.name": name, "attr.type": kind})
    root.append(graph)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


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
        f"  MATCH (n:{label}) WHERE n.`{NODES[label].key.name}` IN {_literal(some)} RETURN n" for label, some in keys.items()
    )
    types = _literal(sorted({edge.type for edge in edges}))
    return (
        f"CALL () {{\n{asked}\n}}\nWITH collect(n) AS shown\n"
        f"OPTIONAL MATCH (a)-[r]->(b) WHERE a IN shown AND b IN shown AND type(r) IN {types}\nRETURN shown, collect(r) AS ties"
    )


def _sorted(some: Sequence[One]) -> list[One]:
    return sorted(some, key=lambda one: one.id)


def _data(element: ET.Element, end: str, props: Mapping[str, object], keys: dict[tuple[str, str, str], str]) -> None:
    for name, value in sorted(props.items()):
        kind = _TYPES.get(type(value), "string")
        key = keys.setdefault((end, name, kind), f"k{len(keys)}")
        text = str(value).lower() if isinstance(value, bool) else str(value)
        ET.SubElement(element, "data", {"key": key}).text = "".join(c for c in text if c.isprintable() or c in "\t\n")


def _key(label: str, key: str) -> str:
    return _map({NODES[label].key.name: key})


def _map(props: Mapping[str, object]) -> str:
    return "{" + ", ".join(f"`{name.replace('`', '``')}`: {_literal(value)}" for name, value in sorted(props.items())) + "}"


def _literal(value: object) -> str:
    """A value as Cypher reads it. Every character that could end a string is escaped."""
    if isinstance(value, (bool, int, float)):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_literal, value))}]"
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r") + "'"
