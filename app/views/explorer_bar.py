"""Above the explorer's canvas: search, chains between two nodes, filters, saved views, and the query behind what is seen."""

from __future__ import annotations

import streamlit as st

from app.explorer import acts, snapshot
from app.explorer.snapshot import Snapshot
from app.views import console, explorer_acts, neighbours, routes
from app.views.desk import Desk
from app.views.explorer_acts import Seat
from app.widgets.explorer import label_of, relation
from app.widgets.page import card, el, html
from app.widgets.text import esc, rich, t
from graph.errors import RingscopeError, WrongUse
from graph.expand import among
from graph.export import query_of
from graph.find import find
from graph.paths import TIES
from graph.picture import PictureNode

WAYS = ("code", "name", "phone")
"""Codes and public names are looked up in the graph; a person's name or phone by the identity service, which writes it down."""
ENDS_LISTED = 400
"""Nodes offered as the end of a chain; any other is offered once it is selected on the canvas and T is pressed."""
CHAINS = (1, 3, 5, 10)
NAMED = 12
"""Changes since a snapshot that are listed by name."""


def show(opened: Desk, seat: Seat) -> None:
    """One row; each part opens where it stands."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="explorer-bar"):
        _search(opened, seat)
        _chains(opened, seat)
        with st.popover(t("explorer.filters"), icon=":material/filter_alt:", help=t("explorer.filters_tip")):
            _filters(seat)
        kept = st.popover(t("explorer.views"), icon=":material/photo_library:", on_change="rerun")
        query = st.popover("Cypher", icon=":material/code:", help=t("explorer.query_tip"), on_change="rerun")
    if kept.open:
        with kept:
            _views(opened, seat)
    if query.open:
        nodes, edges = explorer_acts.behind(opened, seat)
        query.code(query_of(nodes, edges) if nodes else t("explorer.empty_query"), language=None, wrap_lines=True)
        with query:
            console.show(opened, seat)


def _search(opened: Desk, seat: Seat) -> None:
    with st.popover(t("explorer.search"), icon=":material/search:", width=150):
        way = st.segmented_control(t("explorer.way"), WAYS, default="code", format_func=lambda one: t(f"way.{one}"), key="explorer_way")
        with st.form("explorer_search", border=False):
            text = st.text_input(t("explorer.search"), placeholder=t(f"way_hint.{way or 'code'}"), max_chars=80)
            sent = st.form_submit_button(t("explorer.search_go"), icon=":material/search:")
        if sent and text.strip():
            st.session_state["explorer_found"] = found(opened, way or "code", text)
        results: tuple[PictureNode, ...] | str | None = st.session_state.get("explorer_found")
        if isinstance(results, str):
            html(el("p", esc(results), kind="caption"))
        elif results is not None:
            _results(opened, seat, results)


def found(opened: Desk, way: str, text: str) -> tuple[PictureNode, ...] | str:
    """The nodes that were found, or why none was."""
    store = neighbours.store_of(opened.home)
    try:
        nodes = find(store, text) if way == "code" else among(store, opened.bearing("phone" if way == "phone" else "name", text)).nodes
    except RingscopeError as error:
        return t("explorer.failed", seen=error.seen)
    return nodes or t("explorer.nothing_found", how=t(f"way.{way}"))


def _results(opened: Desk, seat: Seat, results: tuple[PictureNode, ...]) -> None:
    names = opened.names(node.id for node in results if node.label != "Institution")
    for node in results:
        there = node.id in seat.view.nodes
        words = f"{names.get(node.id) or neighbours.caption(node)} · {label_of(node.label)} · {node.key[-12:]}"
        st.button(
            words, key=f"take-{node.id}", icon=":material/check:" if there else ":material/add:", disabled=there, width="stretch",
            on_click=explorer_acts.take, args=(seat, node, neighbours.store_of(opened.home)),
        )  # fmt: skip


def _chains(opened: Desk, seat: Seat) -> None:
    captions = seat.captions(opened)
    single = [key for key in seat.view.nodes if key in captions]
    offered = list(dict.fromkeys([*seat.chosen, *single]))[:ENDS_LISTED]
    first, second = (seat.chosen[0], seat.chosen[1]) if len(seat.chosen) == 2 else (None, None)
    ends = []
    for name, chosen in (("from", first), ("to", second)):
        at = offered.index(chosen) if chosen in offered else None
        ends.append(st.selectbox(
            t(f"explorer.chain_{name}"), offered, index=at, format_func=lambda key: f"{captions[key]} · {label_of(key.partition(':')[0])}",
            placeholder=t(f"explorer.chain_{name}"), label_visibility="collapsed", width=190, key=f"chain-{name}-{chosen}",
        ))  # fmt: skip
    with st.popover(t("explorer.along"), help=t("explorer.along_tip")):
        types = st.multiselect(t("explorer.along"), TIES, default=TIES, format_func=relation, key="chain_types")
        most = st.select_slider(t("explorer.most"), CHAINS, value=3, key="chain_most")
    st.button(
        t("explorer.find_chain", n=most), type="primary", icon=":material/route:", disabled=None in ends or ends[0] == ends[1] or not types,
        help=t("explorer.find_tip"), on_click=_find_chain, args=(opened, seat, ends[0], ends[1], types, most),
    )  # fmt: skip


def _find_chain(opened: Desk, seat: Seat, start: str, end: str, types: list[str], most: int) -> None:
    seat.ask, seat.file = None, None
    try:
        n = acts.find_paths(neighbours.store_of(opened.home), seat.view, start, end, rel_types=types, most=most)
        seat.notice = t("explorer.chain_found", n=n) if n else t("explorer.chain_none")
    except RingscopeError as error:
        seat.notice = t("explorer.failed", seen=error.seen)


def _filters(seat: Seat) -> None:
    held = seat.view.filters
    risk = st.selectbox(t("explorer.least_risk"), (0, 1, 2, 3), index=int(str(held.get("risk", 0))), format_func=_risk_words)
    ties = st.number_input(t("explorer.least_ties"), 0, 100, int(str(held.get("ties", 0))), help=t("explorer.least_ties_tip"))
    if (risk or None) != held.get("risk") or (int(ties) or None) != held.get("ties"):
        acts.restrict(seat.view, {"risk": risk or None, "ties": int(ties) or None})
    html(el("p", esc(t("explorer.filters_note")), kind="caption"))


def _risk_words(level: int) -> str:
    return t(f"risk.{level}") if level else t("explorer.any_risk")


def _views(opened: Desk, seat: Seat) -> None:
    """Saved views, the newest first: open one, or set it against what is on the canvas."""
    kept, broken = snapshot.saved(opened.home)
    if broken:
        html(el("p", esc(t("explorer.broken_views", n=len(broken), names=", ".join(broken[:NAMED]))), kind="caption"))
    if not kept:
        html(el("p", esc(t("explorer.no_views")), kind="caption"))
        return
    one = st.selectbox(t("explorer.views"), kept, format_func=lambda view: f"{view.name} · {view.at[:16].replace('T', ' ')} · {view.by}")
    with st.container(horizontal=True, gap="small"):
        if st.button(t("explorer.open_view"), type="primary", icon=":material/open_in_new:"):
            routes.go("explore", view=one.id)
        for way in ("join", "intersect", "diff"):
            st.button(t(f"explorer.{way}"), help=t(f"explorer.{way}_tip"), on_click=_against, args=(seat, one, way))


def _against(seat: Seat, other: Snapshot, way: str) -> None:
    acts.against(seat.view, other.view(), way)
    seat.ask, seat.file, seat.notice = None, None, t(f"explorer.{way}_done", name=other.name)


def since(opened: Desk, seat: Seat) -> str:
    """HTML: which saved view this is, and what has changed in the graph since."""
    kept, found = seat.snapshot, seat.since
    if kept is None or found is None:
        raise WrongUse("a view that was not saved", "a saved one")
    head = t("explorer.reopened", name=kept.name, at=kept.at[:16].replace("T", " "), by=kept.by, run=kept.run_id[4:13])
    if found.nothing:
        return card(head, [esc(t("explorer.unchanged"))], mark="camera", tone="")
    captions = seat.captions(opened)
    gone, changed, lost, new = map(len, (found.gone, found.changed, found.ties_gone, found.ties_new))
    lines = [rich(t("explorer.changed", gone=gone, changed=changed, lost=lost, new=new))]
    for name, ids in (("gone", found.gone), ("ties_gone", found.ties_gone), ("ties_new", found.ties_new)):
        lines += [esc(t(f"since.{name}", what=captions.get(one, one))) for one in ids[:NAMED]]
    for one, names in [*found.changed.items()][:NAMED]:
        lines.append(esc(t("since.changed", what=captions.get(one, one), names=", ".join(names))))
    return card(head, lines, mark="camera")
