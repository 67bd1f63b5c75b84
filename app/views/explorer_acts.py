"""What a reader does on the explorer's canvas, one act at a time: each changes the view, asks a question, or says why it did not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import streamlit as st

from app.explorer import acts, snapshot
from app.explorer.drawn import Drawn, drawn
from app.explorer.snapshot import Since, Snapshot
from app.explorer.view import Place, View
from app.record import record
from app.views import neighbours
from app.views.desk import Desk
from app.widgets.explorer import Feed, edges_behind
from app.widgets.network import Data
from app.widgets.page import logged
from app.widgets.text import t
from graph.errors import EnvironmentAtFault, RingscopeError
from graph.export import as_cypher, as_graphml, as_json
from graph.picture import Count, PictureEdge, PictureNode
from graph.store import Store

FORMS = {"graphml": as_graphml, "json": as_json, "cypher": as_cypher}
"""Forms that are written here; png and svg are drawn by the browser."""


@dataclass
class Seat:
    """One session at one address of the explorer."""

    view: View
    feed: Feed = field(default_factory=Feed)
    lead_id: str = ""
    snapshot: Snapshot | None = None
    since: Since | None = None
    ask: Data | None = None
    notice: str = ""
    file: Data | None = None
    anchor: str = ""
    chosen: Sequence[str] = ()
    """The nodes that were selected when the reader last asked for a chain."""
    _names: dict[str, str] = field(default_factory=dict)

    def captions(self, opened: Desk) -> Mapping[str, str]:
        """Node id -> what stands under it; persons masked."""
        new = [node for key, node in self.view.nodes.items() if key not in self._names]
        names = opened.names(node.id for node in new if node.label != "Institution")
        self._names |= {node.id: names.get(node.id) or neighbours.caption(node) for node in new}
        return self._names

    def said(self) -> Data:
        """What the canvas shall say beside the picture."""
        return {"ask": self.ask, "notice": self.notice, "file": self.file, "anchor": self.anchor}

    def standing(self, picture: Drawn) -> Mapping[str, Place]:
        """Where nodes stand; a group in the middle of its members."""
        places = self.view.places
        middles = {}
        for name, inside in picture.groups.items():
            known = [places[one.id] for one in inside if one.id in places]
            if known and name not in places:
                middles[name] = (sum(x for x, _ in known) / len(known), sum(y for _, y in known) / len(known))
        return {**places, **middles}


def handle(opened: Desk, seat: Seat, said: Mapping[str, object]) -> None:
    """One act; what goes wrong becomes a line under the canvas, and the view stays as it was."""
    places = cast("Mapping[str, Sequence[float]]", said.get("places") or {})
    seat.view.places.update({key: (place[0], place[1]) for key, place in places.items()})
    seat.ask, seat.notice, seat.file, seat.anchor = None, "", None, ""
    try:
        _act(opened, seat, said)
    except RingscopeError as error:
        if isinstance(error, EnvironmentAtFault):
            neighbours.forget()
        seat.notice = t("explorer.failed", seen=error.seen)
    except Exception:  # a callback has no place on the page: its failure is a line under the canvas
        seat.notice = t("graph.broken", number=logged("explorer"))


def _act(opened: Desk, seat: Seat, said: Mapping[str, object]) -> None:
    view, ids = seat.view, [str(one) for one in cast("Sequence[object]", said.get("ids") or ())]
    one = str(said.get("id") or (ids[0] if ids else ""))
    whole: Mapping[str, Callable[[], object]] = {
        "undo": view.undo,
        "redo": view.redo,
        "show": lambda: acts.show_hidden(view),
        "window": lambda: acts.restrict(view, {"from": said["from"] or None, "to": said["to"] if said["from"] else None}),
        "save": lambda: save(opened, seat, str(said["text"])),
        "export": lambda: _export(opened, seat, str(said["form"])),
        "path": lambda: _choose_ends(seat, ids),
    }
    chosen: Mapping[str, Callable[[], object]] = {
        "pin": lambda: acts.pin(view, ids),
        "hide": lambda: acts.hide(view, ids),
        "group": lambda: acts.group(view, ids),
        "note": lambda: acts.note(view, one, str(said["text"])),
        "collapse": lambda: _collapse(seat, one),
        **dict.fromkeys(("open", "ask", "expand"), lambda: _outward(opened, seat, one, said)),
    }
    name = str(said["act"])
    if name in whole:
        whole[name]()
    elif one:
        chosen[name]()
    else:
        seat.notice = t("explorer.choose_first")


def _choose_ends(seat: Seat, ids: Sequence[str]) -> None:
    seat.chosen = [node for node in ids if node in seat.view.nodes]
    seat.notice = "" if len(seat.chosen) == 2 else t("explorer.pick_path")


def _collapse(seat: Seat, node: str) -> None:
    if node not in seat.view.nodes or not acts.collapse(seat.view, node):
        seat.notice = t("explorer.no_leaves", n=acts.LEAVES)


def _outward(opened: Desk, seat: Seat, node: str, said: Mapping[str, object]) -> None:
    """Counts first. A double click opens a quiet node at once; a hub, or more than FEW neighbours, only after the reader chose."""
    if node not in seat.view.nodes:
        return
    store = neighbours.store_of(opened.home)
    counts, hub = acts.counts(store, seat.view, node)
    left = sum(count.total - count.shown for count in counts)
    if not left:
        seat.notice = t("network.nothing", name=seat.captions(opened)[node])
    elif said["act"] == "expand" and said.get("confirmed"):
        wanted = set(cast("Iterable[str]", said.get("kinds") or ()))
        _expand(store, seat, node, [count for count in counts if _key(count) in wanted])
    elif said["act"] == "open" and left <= acts.FEW and hub is None:
        _expand(store, seat, node, [count for count in counts if count.shown < count.total])
    else:
        seat.ask = _question(opened, seat, node, counts, hub)


def _expand(store: Store, seat: Seat, node: str, wanted: Sequence[Count]) -> None:
    seat.anchor = node
    acts.expand(store, seat.view, node, wanted)
    seat.view.do([("hide", node, None)])


def _question(opened: Desk, seat: Seat, node: str, counts: Sequence[Count], hub: str | None) -> Data:
    rows = []
    for count in counts:
        text, family, icon, total = neighbours.kind_of(seat.view.nodes[node].label, count)
        on = hub is None and count.total <= acts.STEP
        rows.append({"key": _key(count), "text": text, "family": family, "icon": icon, "shown": count.shown, "total": total, "on": on,
                     "step": acts.STEP})  # fmt: skip
    in_all = t("explorer.ask_total", n=sum(count.total for count in counts))
    title, note = t("network.ask", name=seat.captions(opened)[node]), t("explorer.ask_note", n=acts.STEP)
    warning = t("explorer.hub_warning", why=t(f"hub.{hub}")) if hub else ""
    return {"id": node, "at": time.time(), "title": title, "total": in_all, "note": note, "hub": warning, "rows": rows}


def _key(count: Count) -> str:
    return f"{count.type} {count.direction}"


def save(opened: Desk, seat: Seat, name: str) -> None:
    """Keep the view as it stands; the address names it from now on."""
    kept = snapshot.save(opened.home, neighbours.store_of(opened.home), seat.view, name, opened.run_id, seat.lead_id)
    seat.notice = t("explorer.saved", name=kept.name, id=kept.id)


def behind(opened: Desk, seat: Seat) -> tuple[list[PictureNode], list[PictureEdge]]:
    """What is drawn now, taken apart: every node and every relationship."""
    picture = drawn(seat.view, opened.risks)
    return [*picture.nodes.values(), *(one for inside in picture.groups.values() for one in inside)], edges_behind(picture)


def _export(opened: Desk, seat: Seat, form: str) -> None:
    """Written here or drawn by the browser; either way the ledger has it before the file is handed over."""
    nodes, edges = behind(opened, seat)
    text = FORMS[form](nodes, edges) if form in FORMS else ""
    record(opened.home, "view.export", seat.lead_id, {"form": form, "nodes": len(nodes), "edges": len(edges)})
    seat.file = {"name": f"ringscope-view.{form}", "form": form, "text": text, "at": time.time()}
    seat.notice = t("explorer.exported", form=form, n=len(nodes))


def take(seat: Seat, node: PictureNode, store: Store) -> None:
    """A search result goes on the canvas."""
    acts.add(store, seat.view, [node])
    seat.view.do([("hide", node.id, None)])
    st.session_state.pop("explorer_found", None)
