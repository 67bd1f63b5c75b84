"""The explorer: one investigator's way through the graph. Search, chains and saved views above, the canvas with its panel below."""

from __future__ import annotations

import time
from collections.abc import Mapping

import streamlit as st

from app.explorer import acts, snapshot
from app.explorer.drawn import drawn
from app.explorer.view import View
from app.views import explorer_acts, explorer_bar, neighbours, start
from app.views.desk import Desk, desk, node_id
from app.views.explorer_acts import Seat
from app.views.leadtext import top_facts
from app.widgets import explorer
from app.widgets.page import bar, card, guarded, html
from app.widgets.picture import LABELS, people
from app.widgets.text import esc, rich, t
from graph.errors import RingscopeError
from graph.expand import neighbourhood

FIRST = 120
"""Nodes of a lead's network that are drawn at first."""


def show() -> None:
    """The page; `?lead=` starts from a lead, `?view=` opens a saved view."""
    opened = desk()
    if opened is None:
        start.show()
        return
    lead_id, view_id = st.query_params.get("lead", ""), st.query_params.get("view", "")
    crumbs = [(t("nav.investigate"), ""), (t("explorer.title"), "")]
    bar(crumbs, top_facts(opened))
    if not neighbours.graph_up(opened.home):
        html(card(t("explorer.no_graph"), [rich(t("explorer.no_graph_line"))]))
        return
    try:
        seat = seated(opened, lead_id, view_id)
    except RingscopeError as error:
        html(card(t("explorer.not_opened"), [esc(error.seen), esc(error.fix)]))
        return
    seat.feed.whole = True
    _work(opened, seat)


def seated(opened: Desk, lead_id: str, view_id: str) -> Seat:
    """The session's place at this address: what it left here, else the saved view, the lead's network, or an empty canvas."""
    key = f"seat-{opened.run_id}-{view_id or lead_id}"
    if key not in st.session_state:
        if view_id:
            st.session_state[key] = _reopened(opened, view_id)
        else:
            st.session_state[key] = _begun(opened, lead_id)
    seat: Seat = st.session_state[key]
    return seat


def _reopened(opened: Desk, view_id: str) -> Seat:
    kept = snapshot.load(opened.home, view_id)
    store = neighbours.store_of(opened.home)
    return Seat(kept.view(), lead_id=kept.lead_id, snapshot=kept, since=snapshot.since(store, kept))


def _begun(opened: Desk, lead_id: str) -> Seat:
    """A lead, whom it names, and what ties them, the best tied first; said when there was more. Without a lead an empty canvas."""
    if not lead_id:
        return Seat(View())
    lead = opened.lead(lead_id)
    named = [tuple(node_id(kind, key).split(":", 1)) for kind, key, _ in people(lead) if kind in LABELS]
    seeds = [("Lead", lead_id), *((label, key) for label, key in named)]
    view = View()
    acts.add_all(view, neighbourhood(neighbours.store_of(opened.home), seeds, limit=FIRST))
    view.forget()
    return Seat(view, lead_id=lead_id, notice=t("explorer.first_only", n=FIRST) if len(view.nodes) >= FIRST else "")


@st.fragment
def _work(opened: Desk, seat: Seat) -> None:
    """Everything that changes while somebody works; the rest of the page stays."""
    with guarded("explorer"):
        explorer_bar.show(opened, seat)
        if seat.snapshot is not None:
            html(explorer_bar.since(opened, seat))
        _canvas(opened, seat)


def _canvas(opened: Desk, seat: Seat) -> None:
    def act(said: Mapping[str, object]) -> None:
        explorer_acts.handle(opened, seat, said)

    def resync() -> None:
        seat.feed.whole = True

    risks = opened.risks
    picture = drawn(seat.view, risks, every_day=True)
    seen = explorer.elements(seat.view, picture, seat.captions(opened), risks)
    message = {
        **seat.feed.message(seen, seat.standing(picture)),
        **seat.said(),
        "counts": explorer.counts(picture, len(seat.view.nodes)),
        "window": [str(seat.view.filters.get(name, "")) for name in ("from", "to")],
        "steps": list(seat.view.steps),
        "total": len(seat.view.nodes),
        "at": time.time(),
    }
    explorer.show(message, key=f"explorer-{id(seat)}", act=act, resync=resync)
