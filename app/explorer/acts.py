"""What can be done to a view. Each act asks the graph where it must and changes the view by one step, so that one undo takes it back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from app.explorer.view import View, Wanted, kept, kept_edge
from graph import expand as outward
from graph.paths import TIES, paths
from graph.picture import Count, Expansion, PictureEdge, PictureNode
from graph.store import Store
from graph.ties import ties

STEP = 50
"""Neighbours of one kind that come at one time."""
FEW = 50
"""Neighbours in all up to which a double click opens a node without a question."""
LEAVES = 4
"""Neighbours of one kind that touch nothing else, from which `collapse` draws them as one."""


def add(store: Store, view: View, nodes: Sequence[PictureNode]) -> bool:
    """Put nodes on the canvas, with their ties to what is there."""
    return view.do(_facts(nodes, ties(store, nodes, view.nodes)))


def add_all(view: View, found: Expansion) -> bool:
    """Put a network on the canvas as it was found."""
    return view.do(_facts(found.nodes, found.edges))


def counts(store: Store, view: View, node: str) -> tuple[list[Count], str | None]:
    """How many ties of each kind the node has in the graph, how many of them are on the canvas, and why it is a hub, if it is one."""
    one = view.nodes[node]
    found = outward.expand(store, one.label, one.key, limit=0, through_hub=True)
    hub = next((here.hub for here in found.nodes if here.id == node), None)
    return list(on_canvas(view, node, found.counts)), hub


def on_canvas(view: View, node: str, totals: Iterable[Count]) -> Iterator[Count]:
    """The totals, each with how many are on the canvas."""
    shown = Counter((edge.type, "out" if edge.start == node else "in") for edge in view.edges.values() if node in (edge.start, edge.end))
    for count in totals:
        yield replace(count, shown=min(count.total, shown[count.type, count.direction]))


def expand(store: Store, view: View, node: str, wanted: Sequence[Count]) -> bool:
    """Bring up to STEP more neighbours along each of `wanted`, which `counts` answered. Whoever calls has asked about a hub before."""
    one = view.nodes[node]
    nodes: list[PictureNode] = []
    edges: list[PictureEdge] = []
    totals = {(count.type, count.direction): count for count in view.totals.get(node, ())}
    for count in wanted:
        found = outward.expand(store, one.label, one.key, rel_types=[count.type], limit=count.shown + STEP, through_hub=True)
        nodes += found.nodes
        edges += found.edges
        totals |= {(at.type, at.direction): replace(at, shown=0) for at in found.counts}
    fresh = [met for met in nodes if met.id not in view.nodes]
    facts = _facts(fresh, [*edges, *ties(store, fresh, view.nodes)])
    return view.do([*facts, ("total", node, tuple(totals.values()))])


def find_paths(store: Store, view: View, start: str, end: str, *, rel_types: Sequence[str] = TIES, most: int = 3) -> int:
    """Put the shortest chains between two nodes on the canvas and mark them; the number of edges in them, 0 = there is no chain."""
    a, b = view.nodes[start], view.nodes[end]
    found = paths(store, (a.label, a.key), (b.label, b.key), rel_types=rel_types, most=most)
    shown: list[Wanted] = [("hide", node.id, None) for node in found.nodes]
    marks: list[Wanted] = [("path", edge, None) for edge in view.path]
    view.do([*_facts(found.nodes, found.edges), *shown, *marks, *(("path", edge.id, True) for edge in found.edges)])
    return len(found.edges)


def pin(view: View, nodes: Iterable[str]) -> bool:
    """Pin these nodes: no filter takes them off and no layout moves them. When all are pinned, let them go."""
    chosen = [node for node in nodes if node in view.nodes]
    on = None if all(node in view.pinned for node in chosen) else True
    return view.do([("pin", node, on) for node in chosen])


def hide(view: View, nodes: Iterable[str]) -> bool:
    """Take nodes off the canvas; they stay in the view and in the count of what is hidden."""
    return view.do([("hide", node, True) for node in members(view, nodes)])


def show_hidden(view: View) -> bool:
    """Bring back what was hidden."""
    return view.do([("hide", node, None) for node in view.hidden])


def group(view: View, nodes: Iterable[str]) -> bool:
    """Draw these nodes as one; groups among them become part of it. A single group is taken apart again."""
    chosen = list(nodes)
    apart: list[Wanted] = [("group", one, None) for one in chosen if one in view.groups]
    if len(chosen) == 1:
        return view.do(apart)
    inside = tuple(sorted(members(view, chosen)))
    return view.do([*apart, ("group", f"group:{inside[0]}", inside)]) if len(inside) > 1 else False


def collapse(view: View, node: str) -> bool:
    """Draw what touches nothing but this node as one group a kind."""
    around: dict[str, set[str]] = defaultdict(set)
    for edge in view.edges.values():
        around[edge.start].add(edge.end)
        around[edge.end].add(edge.start)
    taken = {one for inside in view.groups.values() for one in inside}
    leaves: dict[str, list[str]] = defaultdict(list)
    for other in sorted(around[node]):
        if around[other] == {node} and other not in taken and other not in view.pinned:
            leaves[view.nodes[other].label].append(other)
    return view.do([("group", f"group:{some[0]}", tuple(some)) for some in leaves.values() if len(some) >= LEAVES])


def note(view: View, name: str, text: str) -> bool:
    """Write a note on a node or a drawn line; an empty one goes."""
    return view.do([("note", name, text.strip() or None)])


def restrict(view: View, filters: Mapping[str, object]) -> bool:
    """Set the filters; None takes one away."""
    return view.do([("filter", name, value) for name, value in filters.items()])


def against(view: View, other: View, way: str) -> bool:
    """Make the view the `join` with another, keep what both hold (`intersect`) or what the other lacks (`diff`)."""
    if way == "join":
        view.places.update({node: place for node, place in other.places.items() if node not in view.places})
        return view.do(_facts(other.nodes.values(), other.edges.values()))
    gone = {key for key in view.nodes if (key in other.nodes) == (way == "diff")}
    lost = [key for key, edge in view.edges.items() if edge.start in gone or edge.end in gone]
    return view.do([*(("node", key, None) for key in gone), *(("edge", key, None) for key in lost)])


def members(view: View, nodes: Iterable[str]) -> list[str]:
    """The nodes themselves; for a group, those in it."""
    return [one for node in nodes for one in view.groups.get(node, (node,)) if one in view.nodes]


def _facts(nodes: Iterable[PictureNode], edges: Iterable[PictureEdge]) -> list[Wanted]:
    return [*(("node", one.id, kept(one)) for one in nodes), *(("edge", one.id, kept_edge(one)) for one in edges)]
