"""The vocabulary for declaring what may exist in the graph: nodes, relationships, their keys and their properties.

`graph/nodes.py` and `graph/rels.py` speak it; DDL, load Cypher, import headers, SCHEMA.md and the room's captions are derived from them.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Family = Literal["patient", "staff", "care", "pharmacy", "goods", "ties", "acts", "finding"]
"""Hue and shape on the canvas (the room's node table)."""

Writer = Literal["book", "run", "knowledge", "vision"]
"""Who writes a type: the load from the book, a detection run, the load from the knowledge library, or the face comparison."""
LOADED: frozenset[Writer] = frozenset({"book", "knowledge"})
"""Writers whose types the load brings into the graph and keeps."""


@dataclass(frozen=True)
class Kind:
    """How one kind of property is held by DuckDB, by the import files and by people's eyes."""

    duckdb: str
    neo4j: str
    """Type name in an import header."""
    says: str


Text = Kind("VARCHAR", "string", "text")
Money = Kind("BIGINT", "long", "integer fen")
When = Kind("TIMESTAMP", "localdatetime", "naive Shanghai time")
Day = Kind("DATE", "date", "date")

_BUILTIN: Mapping[type, Kind] = {
    bool: Kind("BOOLEAN", "boolean", "true or false"),
    int: Kind("BIGINT", "long", "whole number"),
    float: Kind("DOUBLE", "double", "number"),
}


@dataclass(frozen=True)
class Prop:
    """One property; null (absent) means unknown, never false."""

    name: str
    kind: Kind | type
    zh: str
    indexed: bool = False
    codes: str | None = None
    """Name of the contract's code list that gives the labels of its values."""
    says: str = ""

    @property
    def held(self) -> Kind:
        return self.kind if isinstance(self.kind, Kind) else _BUILTIN[self.kind]


@dataclass(frozen=True)
class Key:
    """The one property that names a node; unique by constraint."""

    name: str
    zh: str


@dataclass(frozen=True)
class Look:
    """Family (hue and shape) and icon (lucide name) on the canvas."""

    family: Family
    icon: str


@dataclass(frozen=True)
class NodeType:
    """One kind of node."""

    label: str
    zh: str
    says: str
    key: Key
    caption: str
    look: Look
    props: tuple[Prop, ...] = ()
    also: Mapping[str, Look] = ()  # type: ignore[assignment]
    """Extra labels that a node of this kind may carry, each with its own look."""
    writer: Writer = "book"

    def look_of(self, labels: Sequence[str]) -> Look:
        """The look of one node, by its extra label where it has one."""
        return next((self.also[label] for label in labels if label in self.also), self.look)

    def caption_of(self, values: Mapping[str, object]) -> str:
        """The text under the node. An unknown value leaves its place empty, and the key stands in for an empty caption."""
        text = _CAPTION.vformat(self.caption, (), values).strip(" ·")
        return text or tail(values.get(self.key.name))


@dataclass(frozen=True)
class RelType:
    """One kind of relationship, always read from start to end."""

    name: str
    zh: str
    says: str
    ends: tuple[tuple[str, str], ...]
    """(start label, end label) pairs that it may join."""
    props: tuple[Prop, ...] = ()
    apart: str | None = None
    """Property that keeps parallel relationships between the same two nodes apart; None = at most one."""
    joins: bool = False
    """Sharing its end node is a tie between people or places: paths may run along it, unless that node is a hub."""
    writer: Writer = "book"

    @property
    def starts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(start for start, _ in self.ends))

    @property
    def stops(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(end for _, end in self.ends))


def tail(value: object, n: int = 6) -> str:
    """The last characters of a long code: enough to tell neighbours apart on a canvas."""
    text = "" if value is None else str(value)
    return text if len(text) <= n else f"…{text[-n:]}"


class _Caption(string.Formatter):
    """`{name:spec}` with the specs yuan, date, month, tail; a missing value is empty."""

    def get_value(self, key: int | str, _args: Sequence[object], kwargs: Mapping[str, object]) -> object:
        return kwargs.get(str(key))

    def format_field(self, value: object, spec: str) -> str:
        if value is None:
            return ""
        match spec:
            case "yuan":
                return f"{int(str(value)) / 100:,.2f} 元"
            case "date":
                return str(value)[:10]
            case "tail":
                return tail(value)
            case _:
                return value.isoformat() if isinstance(value, date) else str(value)


_CAPTION = _Caption()


def caption_fields(template: str) -> Iterator[str]:
    """Names of the properties that a caption template uses."""
    return (name for _, name, _, _ in string.Formatter().parse(template) if name)
