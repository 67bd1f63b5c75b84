"""What of a view is drawn: groups as one node, filters and hidden nodes left out, and the count of everything that is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.explorer.view import View
from graph.picture import PictureEdge, PictureNode

TIMES = ("begntime", "setl_time", "check_time", "note_time", "time", "first")
"""Properties that say when something was, the telling one first."""
WINDOW = ("from", "to")
WEIGHTS = ("lines", "txns", "sales", "times", "codes")
"""Properties that say how many records one edge stands for."""


@dataclass(frozen=True)
class Tie:
    """One drawn line: edges of one type between the same two drawn nodes."""

    id: str
    type: str
    start: str
    end: str
    edges: tuple[PictureEdge, ...]

    @property
    def weight(self) -> int:
        """Records behind it."""
        return sum(weight(edge) for edge in self.edges)


@dataclass(frozen=True)
class Drawn:
    """The picture: single nodes, groups, lines; and what is not in it."""

    nodes: Mapping[str, PictureNode]
    groups: Mapping[str, tuple[PictureNode, ...]]
    ties: Mapping[str, Tie]
    hidden: int
    filtered: int
    grouped: int
    waiting: int
    """Neighbours of opened nodes that are in the graph and not in the view."""


def drawn(view: View, risks: Mapping[str, int], *, every_day: bool = False) -> Drawn:
    """The picture of `view`; `risks` are rings by node id. With `every_day` the time window is left to whoever draws."""
    filters = {name: value for name, value in view.filters.items() if not (every_day and name in WINDOW)}
    hidden = {node for node in view.hidden if node in view.nodes}
    left = {key: node for key, node in view.nodes.items() if key not in hidden}
    shown = _filtered(view, left, risks, filters)
    home = {one: name for name, inside in view.groups.items() for one in inside if one in shown}
    groups: dict[str, list[PictureNode]] = defaultdict(list)
    for key, name in home.items():
        groups[name].append(shown[key])
    return Drawn(
        {key: node for key, node in shown.items() if key not in home},
        {name: tuple(some) for name, some in groups.items()},
        _ties(_within(view.edges.values(), shown, filters), home),
        hidden=len(hidden),
        filtered=len(left) - len(shown),
        grouped=len(home),
        waiting=_waiting(view),
    )


def when(props: Mapping[str, object]) -> str:
    """The day of a node or an edge, ISO 8601; empty when it has none."""
    return next((str(props[name])[:10] for name in TIMES if props.get(name)), "")


def weight(edge: PictureEdge) -> int:
    """Records that one edge stands for."""
    return next((int(str(edge.props[name])) for name in WEIGHTS if edge.props.get(name)), 1)


def _filtered(
    view: View, nodes: Mapping[str, PictureNode], risks: Mapping[str, int], filters: Mapping[str, object]
) -> Mapping[str, PictureNode]:
    """Time, then risk, then count; a pinned node stays whatever the filters say."""
    pinned = set(view.pinned)
    kept = {key: node for key, node in nodes.items() if key in pinned or _in_time(node.props, filters)}
    if least := int(str(filters.get("risk", 0))):
        risky = {key for key in kept if risks.get(key, 0) >= least}
        near = {end for edge in _within(view.edges.values(), kept, filters) for end in _other_ends(edge, risky)}
        kept = {key: node for key, node in kept.items() if key in risky | near | pinned}
    if least := int(str(filters.get("ties", 0))):
        around: dict[str, set[str]] = defaultdict(set)
        for edge in _within(view.edges.values(), kept, filters):
            around[edge.start].add(edge.end)
            around[edge.end].add(edge.start)
        kept = {key: node for key, node in kept.items() if len(around[key]) >= least or key in pinned}
    return kept


def _in_time(props: Mapping[str, object], filters: Mapping[str, object]) -> bool:
    """Whether it was in the window; what has no day stays."""
    day = when(props)
    return not day or str(filters.get("from", "")) <= day <= str(filters.get("to", "9999"))


def _within(edges: Iterable[PictureEdge], nodes: Mapping[str, PictureNode], filters: Mapping[str, object]) -> Iterable[PictureEdge]:
    return (edge for edge in edges if edge.start in nodes and edge.end in nodes and _in_time(edge.props, filters))


def _other_ends(edge: PictureEdge, chosen: set[str]) -> Iterable[str]:
    if edge.start in chosen:
        yield edge.end
    if edge.end in chosen:
        yield edge.start


def _ties(edges: Iterable[PictureEdge], home: Mapping[str, str]) -> dict[str, Tie]:
    met: dict[tuple[str, str, str], list[PictureEdge]] = defaultdict(list)
    for edge in edges:
        start, end = home.get(edge.start, edge.start), home.get(edge.end, edge.end)
        if start != end:
            met[start, edge.type, end].append(edge)
    return {f"{s}-{t}->{e}": Tie(f"{s}-{t}->{e}", t, s, e, tuple(some)) for (s, t, e), some in met.items()}


def _waiting(view: View) -> int:
    """Total ties of the opened nodes, less those on the canvas."""
    shown: dict[str, int] = defaultdict(int)
    for edge in view.edges.values():
        shown[edge.start] += 1
        shown[edge.end] += 1
    return sum(max(0, sum(count.total for count in totals) - shown[node]) for node, totals in view.totals.items())
