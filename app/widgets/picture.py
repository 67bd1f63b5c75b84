"""The picture of a case, drawn from its evidence rows and nothing else: whom they name, and who meets whom in how many of them.

It needs no graph server; the graph is asked only when somebody expands a node.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import polars as pl

from graph.nodes import NODES

Line = Literal["record", "flow", "doubt", "infer"]
NOT_CULPABLE = frozenset({"victim", "cover", "unknowing", "witness"})
"""Roles of data-contract 2.1 that accuse nobody."""
LABELS: Mapping[str, str] = {
    "patient": "Patient", "doctor": "Doctor", "institution": "Institution", "hospital": "Institution", "clinic": "Institution",
    "pharmacy": "Institution", "employer": "Employer", "handler": "Handler", "phone": "Phone", "address": "Address",
    "bank_account": "BankAccount", "trace_code": "TraceCode", "face": "Face",
}  # fmt: skip
"""Member and subject types of a lead -> label in the graph."""
LINES: Mapping[str, Line] = {
    "FACE_MATCH": "doubt", "SOLD_IN": "flow", "SOLD_AT": "flow", "PAID_INTO": "flow", "PAID": "flow", "SHIPPED": "flow",
    "HAS_MEMBER": "infer", "ABOUT": "infer",
}  # fmt: skip
"""How a relationship is drawn; any other is a record."""
PAIRS = (("psn_no", "fixmedins_code"), ("stff_code", "fixmedins_code"), ("opter_id", "fixmedins_code"), ("emp_no", "psn_no"))
COLUMNS: Mapping[str, str] = {
    "psn_no": "Patient",
    "fixmedins_code": "Institution",
    "stff_code": "Doctor",
    "opter_id": "Handler",
    "emp_no": "Employer",
}
FOLD_ABOVE = 24
"""Nodes from which neighbours of one kind with the same ties are drawn as one."""
FOLD_FROM = 3
FOLD_ALL_ABOVE = 60
"""Nodes from which every code, then every patient, then every handler whom the lead does not name, is drawn as one."""
CROWDS = ("TraceCode", "Patient", "Handler")
MOST = 300
"""Nodes drawn at first; the rest is counted, and comes by expanding."""


@dataclass(frozen=True)
class Node:
    """One node of the canvas. `id` is `<label>:<key>` as in the graph; a folded one stands for `members`."""

    id: str
    name: str
    family: str
    icon: str
    kind: str
    risk: int = 0
    """Ring: 0 none, 1 from 0.2, 2 from 0.5, 3 from 0.8."""
    members: tuple[str, ...] = ()
    named: bool = False
    """The lead names it: its caption stays readable at every zoom."""

    @property
    def label(self) -> str:
        return self.id.partition(":")[0]

    @property
    def count(self) -> int:
        return max(1, len(self.members))


@dataclass(frozen=True)
class Edge:
    """One tie; `weight` counts the evidence rows behind it."""

    source: str
    target: str
    line: Line = "record"
    weight: int = 1
    text: str = ""

    @property
    def id(self) -> str:
        return f"{self.source}>{self.target}>{self.line}{self.text}"


@dataclass(frozen=True)
class Picture:
    """Nodes and edges of a case; `total` nodes are known, folded ones counted singly."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    total: int = 0
    folded: Mapping[str, Picture] = field(default_factory=dict)
    """What stands behind each folded node."""


def ring(score: float) -> int:
    """Ring of a probability: 关注 from 0.2, 可疑 from 0.5, 高度可疑 from 0.8."""
    return sum(score >= step for step in (0.2, 0.5, 0.8))


def people(lead: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """(type, id, role) of a lead's subject and members, the subject first with the role `subject`; a ring itself is no node."""
    subject, members = lead["subject"], lead["members"]
    assert isinstance(subject, Mapping)
    assert isinstance(members, Sequence)
    first = [] if subject["type"] == "ring" else [(str(subject["type"]), str(subject["id"]), "subject")]
    return [*first, *((str(m["type"]), str(m["id"]), str(m.get("role") or "")) for m in members)]


def draw(lead: Mapping[str, object], cited: pl.DataFrame, names: Mapping[str, str], kinds: Mapping[str, str] | None = None) -> Picture:
    """The picture of `lead` from its resolved evidence rows `cited`. `names` and `kinds` (extra graph label) are by node id."""
    every = whole(lead, cited, names, kinds)
    nodes = {node.id: node for node in every.nodes}
    return _bounded(_fold(nodes, every.edges, kept={node.id for node in every.nodes if node.named}), total=every.total)


def whole(lead: Mapping[str, object], cited: pl.DataFrame, names: Mapping[str, str], kinds: Mapping[str, str] | None = None) -> Picture:
    """Everyone and every tie of the evidence rows, nothing folded, nothing left out."""
    score = float(str(lead["score"]))
    risks = {f"{LABELS[kind]}:{key}": _risk(role, score) for kind, key, role in people(lead) if kind in LABELS}
    # an employer ties its people to each other only where the lead is about employers; else it is a crowd of bystanders
    about_employers = any(key.startswith("Employer:") for key in risks)
    edges = tuple(edge for edge in _ties(cited) if about_employers or not edge.source.startswith("Employer:"))
    ids = dict.fromkeys([*risks, *(end for edge in edges for end in (edge.source, edge.target))])
    nodes = (node_of(key, names.get(key), (kinds or {}).get(key), risks.get(key, 0)) for key in ids)
    return Picture(tuple(replace(node, named=node.id in risks) for node in nodes), edges, len(ids))


def node_of(key: str, name: str | None = None, extra: str | None = None, risk: int = 0) -> Node:
    """A node by its id, in the look that the graph's declaration gives it."""
    label, _, tail = key.partition(":")
    declared = NODES[label]
    look = declared.look_of([extra] if extra else [])
    return Node(key, name or declared.caption_of({declared.key.name: tail}), look.family, look.icon, declared.zh, risk)


def _risk(role: str, score: float) -> int:
    if role == "subject":
        return ring(score)
    return 0 if role in NOT_CULPABLE else min(1, ring(score))


def _ties(cited: pl.DataFrame) -> Iterable[Edge]:
    for left, right in PAIRS:
        found = cited.drop_nulls([left, right]).group_by(left, right).len().sort(left, right)
        for a, b, n in found.iter_rows():
            yield Edge(f"{COLUMNS[left]}:{a}", f"{COLUMNS[right]}:{b}", weight=n)
    codes = cited.select("fixmedins_code", pl.col("units").alias("unit")).explode("unit").drop_nulls()
    codes = codes.filter(pl.col("unit").str.starts_with("trac:")).unique().sort("unit", "fixmedins_code")
    for place, unit in codes.iter_rows():
        yield Edge(f"TraceCode:{unit.removeprefix('trac:')}", f"Institution:{place}", line="flow")


def _fold(nodes: Mapping[str, Node], edges: Sequence[Edge], kept: set[str]) -> Picture:
    """Draw the crowd as counted nodes: first those of one kind with the same neighbours, then all codes, then all patients."""
    home: dict[str, str] = {}
    if len(nodes) > FOLD_ABOVE:
        home = _named(group for group in _alike(nodes, edges, kept) if len(group) >= FOLD_FROM)
    for label in CROWDS:
        drawn = len(nodes) - len(home) + len(set(home.values()))
        crowd = [key for key in nodes if key not in kept and key.startswith(f"{label}:")]
        if drawn > FOLD_ALL_ABOVE and len(crowd) >= FOLD_FROM:
            home |= _named([crowd])
    return _folded(nodes, edges, home)


def _alike(nodes: Mapping[str, Node], edges: Sequence[Edge], kept: set[str]) -> Iterable[list[str]]:
    """Nodes of one kind with the same neighbours."""
    around: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        around[edge.source].append(f"{edge.target}{edge.line}")
        around[edge.target].append(f"{edge.source}{edge.line}")
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key in nodes:
        if key not in kept and key in around:
            alike[(key.partition(":")[0], *sorted(around[key]))].append(key)
    return alike.values()


def _named(groups: Iterable[list[str]]) -> dict[str, str]:
    """Node -> the id of the folded node that stands for it."""
    return {key: f"{group[0]}+{len(group)}" for group in groups for key in group}


def folded_name(one: Node, n: int) -> str:
    """What stands under a node that is drawn for `n` of its kind."""
    return f"{one.kind} ×{n:,}"


def _folded(nodes: Mapping[str, Node], edges: Sequence[Edge], home: Mapping[str, str]) -> Picture:
    groups: dict[str, list[str]] = defaultdict(list)
    ties: Counter[str] = Counter(end for edge in edges for end in (edge.source, edge.target))
    for key, name in sorted(home.items(), key=lambda item: (-ties[item[0]], item[0])):  # the best connected come out first
        groups[name].append(key)
    drawn, behind = [], {}
    for name, keys in groups.items():
        drawn.append(replace(nodes[keys[0]], id=name, name=folded_name(nodes[keys[0]], len(keys)), members=tuple(keys)))
        inside = set(keys)
        behind[name] = Picture(
            tuple(nodes[k] for k in keys), tuple(e for e in edges if e.source in inside or e.target in inside), len(keys)
        )
    joined: dict[tuple[str, str, Line], int] = defaultdict(int)
    for edge in edges:
        joined[home.get(edge.source, edge.source), home.get(edge.target, edge.target), edge.line] += edge.weight
    lines = tuple(Edge(a, b, line, weight) for (a, b, line), weight in joined.items() if a != b)
    return Picture((*(node for key, node in nodes.items() if key not in home), *drawn), lines, folded=behind)


def _bounded(picture: Picture, total: int) -> Picture:
    """At most MOST nodes: those with a ring first, then those with the most evidence rows."""
    weight: dict[str, int] = defaultdict(int)
    for edge in picture.edges:
        weight[edge.source] += edge.weight
        weight[edge.target] += edge.weight
    chosen = sorted(picture.nodes, key=lambda n: (-n.risk, -weight[n.id], n.id))[:MOST]
    ids = {node.id for node in chosen}
    edges = tuple(edge for edge in picture.edges if edge.source in ids and edge.target in ids)
    return Picture(tuple(chosen), edges, total, {key: value for key, value in picture.folded.items() if key in ids})
