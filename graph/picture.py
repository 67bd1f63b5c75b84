"""A piece of the graph as the room shows it: nodes and edges under stable names, and how much of each kind was left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from graph.nodes import NODES

Direction = Literal["out", "in"]


@dataclass(frozen=True)
class PictureNode:
    """One node. `id` is `Label:key`, the same after any reload."""

    id: str
    label: str
    key: str
    caption: str
    family: str
    icon: str
    props: Mapping[str, object]
    hub: str | None = None
    """Why it joins nobody (desk, crowd); None for an ordinary node."""


@dataclass(frozen=True)
class PictureEdge:
    """One relationship, from start to end by node ids."""

    id: str
    type: str
    start: str
    end: str
    props: Mapping[str, object]


@dataclass(frozen=True)
class Count:
    """`shown` of `total` relationships of one type and direction are in the picture."""

    type: str
    direction: Direction
    total: int
    shown: int = 0


@dataclass(frozen=True)
class Expansion:
    """Nodes and edges to add to a canvas; `counts` says n of m for each relationship type, nothing is cut silently."""

    nodes: tuple[PictureNode, ...]
    edges: tuple[PictureEdge, ...]
    counts: tuple[Count, ...] = ()
    refused: str | None = None
    """Set when the asked node is a hub and was not expanded: desk or crowd."""

    @property
    def cut(self) -> bool:
        """Whether there is more than what is shown."""
        return any(count.shown < count.total for count in self.counts)


def node_of(labels: object, props: object) -> PictureNode | None:
    """A picture node from Neo4j's labels and properties; None for a label that is not declared (the marker)."""
    worn, held = cast("Sequence[str]", labels), cast("Mapping[str, object]", props)
    declared = next((NODES[label] for label in worn if label in NODES), None)
    if declared is None:
        return None
    key, look = str(held.get(declared.key.name, "")), declared.look_of(worn)
    hub = str(held.get("hub_why") or "crowd") if held.get("hub") else None
    return PictureNode(
        f"{declared.label}:{key}", declared.label, key, declared.caption_of(held), look.family, look.icon, dict(held), hub
    )


def edge_of(kind: object, start: PictureNode, end: PictureNode, props: object) -> PictureEdge:
    """An edge; parallel edges of one type are told apart by their place in time (`month`)."""
    held = dict(cast("Mapping[str, object]", props))
    apart = f"@{held['month']}" if "month" in held else ""
    return PictureEdge(f"{start.id}-{kind}{apart}->{end.id}", str(kind), start.id, end.id, held)


def unique(nodes: Iterable[PictureNode]) -> tuple[PictureNode, ...]:
    """Each node once, first come first."""
    return tuple({node.id: node for node in nodes}.values())
