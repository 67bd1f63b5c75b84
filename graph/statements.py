"""Cypher and import headers, derived from the declarations: nothing here knows a label or a property by name.

Every writing statement sees one `row` of `Store.write`. MERGE and DELETE are idempotent: a killed load repeats its batch without
harm. CREATE is for keys that the graph certainly lacks, and looks for none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graph.nodes import NODES
from graph.rels import RELS
from graph.schema import NodeType, Prop, RelType, When


def ddl() -> list[str]:
    """Constraints (they carry the index of the key) and the declared property indexes; each may be run again."""
    keys = [
        f"CREATE CONSTRAINT key_{n.label} IF NOT EXISTS FOR (n:{n.label}) REQUIRE n.{_name(n.key.name)} IS UNIQUE" for n in NODES.values()
    ]
    return keys + [
        f"CREATE INDEX by_{n.label}_{p.name} IF NOT EXISTS FOR (n:{n.label}) ON (n.{_name(p.name)})"
        for n in NODES.values()
        for p in n.props
        if p.indexed
    ]


def merge_node(node: NodeType) -> str:
    """`row`: `k` the key, each property under its name (null removes it), `also` the extra labels."""
    labels = ""
    if node.also:
        labels = f" REMOVE n:{':'.join(node.also)} SET n:$(row.also)"
    return f"MERGE (n:{node.label} {{{_name(node.key.name)}: row.k}}){_set('n', node.props)}{labels}"


def create_node(node: NodeType) -> str:
    """`row` as for `merge_node`; the key must be new."""
    labels = " SET n:$(row.also)" if node.also else ""
    return f"CREATE (n:{node.label} {{{_name(node.key.name)}: row.k{_given(node.props)}}}){labels}"


def delete_node(node: NodeType) -> str:
    """`row`: `k` the key."""
    return f"MATCH (n:{node.label} {{{_name(node.key.name)}: row.k}}) DETACH DELETE n"


def merge_rel(rel: RelType, start: str, end: str) -> str:
    """`row`: `s` and `e` the keys of both ends, each property under its name."""
    return f"{_ends(start, end)} MERGE (a)-[r:{rel.name}{_apart(rel)}]->(b){_set('r', rel.props)}"


def create_rel(rel: RelType, start: str, end: str) -> str:
    """`row` as for `merge_rel`; no such relationship may be there yet."""
    props = f" {{{_given(rel.props).removeprefix(', ')}}}" if rel.props else ""
    return f"{_ends(start, end)} CREATE (a)-[:{rel.name}{props}]->(b)"


def delete_rel(rel: RelType, start: str, end: str) -> str:
    """`row`: `s`, `e`, and the property that keeps parallel relationships apart."""
    return f"{_ends(start, end)} MATCH (a)-[r:{rel.name}{_apart(rel)}]->(b) DELETE r"


def node_header(node: NodeType) -> str:
    """Header of a node's import files: key, properties in order, then the extra labels where there are any."""
    cells = [f"{node.key.name}:ID({node.label})", *_cells(node.props)]
    return ",".join([*cells, ":LABEL"] if node.also else cells)


def rel_header(rel: RelType, start: str, end: str) -> str:
    """Header of a relationship's import files between one pair of labels."""
    return ",".join([f":START_ID({start})", f":END_ID({end})", *_cells(rel.props)])


def rels_at(label: str, names: Sequence[str] | None = None) -> Iterator[tuple[RelType, bool]]:
    """(relationship type, whether it leaves this label) of every declared type that may touch the label."""
    for rel in RELS.values():
        if names is not None and rel.name not in names:
            continue
        if label in rel.starts:
            yield rel, True
        if label in rel.stops:
            yield rel, False


def _cells(props: Sequence[Prop]) -> list[str]:
    return [f"{p.name}:{p.held.neo4j}" for p in props]


def _ends(start: str, end: str) -> str:
    return (
        f"MATCH (a:{start} {{{_name(NODES[start].key.name)}: row.s}}) MATCH (b:{end} {{{_name(NODES[end].key.name)}: row.e}})"
    )


def _apart(rel: RelType) -> str:
    return f" {{{_name(rel.apart)}: row.{_name(rel.apart)}}}" if rel.apart else ""


def _set(variable: str, props: Sequence[Prop]) -> str:
    """Property by property: measured twice as quick as `SET r = row.p` with a map."""
    return f" SET {', '.join(f'{variable}.{_name(p.name)} = {_value(p)}' for p in props)}" if props else ""


def _given(props: Sequence[Prop]) -> str:
    """The properties inside a CREATE; a null is left out by the server."""
    return "".join(f", {_name(p.name)}: {_value(p)}" for p in props)


def _value(prop: Prop) -> str:
    """Of a row; a moment may come as ISO 8601 text."""
    return f"localdatetime(row.{_name(prop.name)})" if prop.held is When else f"row.{_name(prop.name)}"


def _name(prop: str) -> str:
    return f"`{prop}`"
