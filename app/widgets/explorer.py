"""The explorer's component: what the browser is told of a view, and what it says back.

The same protocol as the case picture's (`network.py`): a whole copy when the page runs, what is different when only the canvas does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import streamlit as st

from app.explorer.drawn import Drawn, Tie, weight, when
from app.explorer.view import Place, View
from app.widgets.network import Data, mount, words
from app.widgets.picture import LINES, folded_name, node_of
from app.widgets.text import either, t, yuan
from graph.contract import CONTRACT
from graph.nodes import NODES
from graph.picture import PictureEdge, PictureNode
from graph.rels import RELS
from graph.schema import Money, Prop, When, tail

HEIGHT = 560
UNSAID = ("hub", "hub_why", "name", "run_id", "supplier")
"""Properties that the panel leaves out: said elsewhere, or of no use to a reader."""


@dataclass
class Feed:
    """What the browser of one session has been told."""

    revision: int = 0
    whole: bool = True
    """The page itself runs: the component may be a new one that knows nothing."""
    _sent: Mapping[str, Data] = field(default_factory=dict)

    def message(self, elements: Mapping[str, Data], places: Mapping[str, Place]) -> Data:
        """What to send: everything, or what is different from what was sent last."""
        before, base, whole = self._sent, self.revision, self.whole
        changed = [key for key, data in elements.items() if before.get(key) != data]
        gone = [key for key in before if key not in elements]
        self.revision += bool(changed or gone or not base)
        self._sent, self.whole = dict(elements), False
        add = list(elements) if whole else [key for key in changed if key not in before]
        update = [] if whole else [elements[key] for key in changed if key in before]
        drawn = [{"data": elements[key], **({"position": _at(places[key])} if key in places else {})} for key in add]
        remove = [] if whole else gone
        return {"rev": self.revision, "base_rev": None if whole else base, "add": drawn, "update": update, "remove": remove}


def elements(view: View, drawn: Drawn, captions: Mapping[str, str], risks: Mapping[str, int]) -> dict[str, Data]:
    """Every node and line of the picture as the component draws it, by id; nodes first."""
    pinned, path = set(view.pinned), set(view.path)
    found: dict[str, Data] = {}
    for key, node in drawn.nodes.items():
        found[key] = _node(view, node, captions.get(key) or node.caption, risks.get(key, 0), pinned=key in pinned)
    for key, inside in drawn.groups.items():
        found[key] = _group(key, inside, max(risks.get(one.id, 0) for one in inside))
    for key, tie in drawn.ties.items():
        found[key] = _tie(tie, view.notes.get(key, ""), on_path=any(edge.id in path for edge in tie.edges))
    return found


def show(message: Data, *, key: str, act: Callable[[Mapping[str, object]], None], resync: Callable[[], None]) -> None:
    """Draw; before the fragment runs again `act` is called with what the reader did, `resync` when the browser missed a message."""

    def acted() -> None:
        said = cast("Mapping[str, object] | None", getattr(st.session_state[key], "act", None))
        if said:
            act(said)

    data = {**message, "words": {**words(), **_words()}, "height": HEIGHT, "seed": 7, "explorer": True}
    mount()(key=key, data=data, on_act_change=acted, on_resync_change=resync)


def relation(name: str) -> str:
    """A relationship type in the session's language."""
    return either(RELS[name].zh, name.replace("_", " ").lower())


def label_of(label: str) -> str:
    """A kind of node in the session's language."""
    return either(NODES[label].zh, label)


def _at(place: Place) -> Data:
    return {"x": place[0], "y": place[1]}


def _node(view: View, one: PictureNode, caption: str, risk: int, *, pinned: bool) -> Data:
    return {
        "id": one.id,
        "label": caption + (t("explorer.noted") if one.id in view.notes else ""),
        "title": caption,
        "family": one.family,
        "icon": one.icon,
        "kind": label_of(one.label),
        "key": tail(one.key, 14),
        "risk": risk,
        "count": 1,
        "named": risk > 1 or pinned,
        "expandable": True,
        "pinned": pinned,
        "hub": t(f"hub.{one.hub}") if one.hub else "",
        "note": view.notes.get(one.id, ""),
        "when": when(one.props),
        "facts": facts(NODES[one.label].props, one.props),
        "totals": [[count.type, count.direction, count.total] for count in view.totals.get(one.id, ())],
    }


def _group(key: str, inside: Sequence[PictureNode], risk: int) -> Data:
    first = inside[0]
    look = node_of(first.id)
    mixed = len({one.label for one in inside}) > 1
    name = t("explorer.group", n=len(inside)) if mixed else folded_name(look, len(inside))
    drawn = {"family": first.family, "icon": "group" if mixed else first.icon, "kind": t("explorer.grouped"), "count": len(inside)}
    said = dict.fromkeys(("key", "hub", "note", "when"), "")
    flags = {"risk": risk, "named": True, "expandable": False, "pinned": False}
    return {"id": key, "label": name, "title": name, **drawn, **said, **flags, "facts": [], "totals": []}


def _tie(tie: Tie, note: str, *, on_path: bool) -> Data:
    doubt = next((f"{float(str(edge.props['score'])):.2f}" for edge in tie.edges if tie.type == "FACE_MATCH"), "")
    return {
        "id": tie.id,
        "source": tie.start,
        "target": tie.end,
        "type": LINES.get(tie.type, "record"),
        "rel": tie.type,
        "weight": tie.weight,
        "label": (doubt or (relation(tie.type) if on_path else "")) + (t("explorer.noted") if note else ""),
        "path": on_path,
        "note": note,
        "when": min(filter(None, (when(edge.props) for edge in tie.edges)), default=""),
        "facts": _tie_facts(tie),
    }


def _tie_facts(tie: Tie) -> list[list[str]]:
    """Of one relationship its properties; of several how many there are, how many records, and from when to when."""
    if len(tie.edges) == 1:
        return facts(RELS[tie.type].props, tie.edges[0].props)
    days = sorted(filter(None, (when(edge.props) for edge in tie.edges)))
    said = [[t("explorer.relations_joined"), f"{len(tie.edges):,}"], [t("explorer.records"), f"{sum(map(weight, tie.edges)):,}"]]
    return [*said, *([[t("explorer.days"), f"{days[0]} – {days[-1]}"]] if days else [])]


def facts(declared: Iterable[Prop], props: Mapping[str, object]) -> list[list[str]]:
    """(name, value) of what is known, in words."""
    known = (prop for prop in declared if props.get(prop.name) is not None and prop.name not in UNSAID)
    return [[either(prop.zh, prop.name.replace("_", " ").removesuffix(" fen")), _value(prop, props[prop.name])] for prop in known]


def _value(prop: Prop, value: object) -> str:
    if prop.codes:
        return either(CONTRACT.codes[prop.codes].label(str(value)) or str(value), str(value))
    if prop.kind is Money:
        return f"{yuan(int(str(value)))} {t('unit.yuan')}"
    if prop.kind is When:
        return str(value)[:16].replace("T", " ")
    if isinstance(value, bool):
        return t("explorer.yes") if value else t("explorer.no")
    return f"{value:.2f}" if isinstance(value, float) and value != int(value) else tail(str(value), 24)


def counts(drawn: Drawn, known: int) -> str:
    """N of m nodes, and everything that is not drawn, by reason: nothing is left out in silence."""
    left = {name: getattr(drawn, name) for name in ("grouped", "hidden", "filtered", "waiting")}
    n = len(drawn.nodes) + len(drawn.groups)
    return " · ".join([t("explorer.count", n=n, m=known), *(t(f"explorer.count_{name}", n=some) for name, some in left.items() if some)])


def edges_behind(drawn: Drawn) -> list[PictureEdge]:
    """Every relationship in the picture, one by one."""
    return [edge for tie in drawn.ties.values() for edge in tie.edges]


def _words() -> Data:
    """What the explorer writes beside the case picture's words."""
    names = (
        *(
            "undo",
            "redo",
            "pin",
            "hide",
            "show",
            "group",
            "collapse",
            "path",
            "note",
            "note_go",
            "note_hint",
            "save",
            "save_name",
            "save_go",
        ),
        *(
            "export",
            "form_png",
            "form_svg",
            "form_graphml",
            "form_json",
            "form_cypher",
            "chosen",
            "nothing_chosen",
            "choose_hint",
            "listed",
        ),
        *("relations", "asked", "not_asked", "of", "means", "expand_go", "play", "window", "undated"),
    )
    rels = {name: {"name": relation(name), "means": t(f"edge.{name}")} for name in RELS}
    return {**{f"x_{name}": t(f"tool.{name}", n="{n}") for name in names}, "rels": rels}
