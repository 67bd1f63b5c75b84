"""Beside the case file: its network, who is in it in which role, and what may be decided."""

from __future__ import annotations

import polars as pl
import streamlit as st

from app.views import decision, neighbours, reveal
from app.views.desk import Desk, Lead, node_id
from app.widgets import network
from app.widgets.network import Canvas
from app.widgets.page import badge, card, el, guarded, heading, html, tag
from app.widgets.picture import COLUMNS, LABELS, NOT_CULPABLE, Node, draw, node_of, people
from app.widgets.text import esc, known, rich, t

HEIGHT = 320
ROLES_SHOWN = 12


def show(opened: Desk, lead: Lead) -> None:
    """The rail."""
    _network(opened, lead)
    _roles(opened, lead)
    decision.show(opened, lead)


@st.fragment
def _network(opened: Desk, lead: Lead) -> None:
    """The canvas; an expansion reruns only this."""
    with guarded("network"):
        _canvas(opened, lead)


def _canvas(opened: Desk, lead: Lead) -> None:
    canvas = canvas_of(opened, lead)
    html(heading(t("network.title"), t("network.note") + (t("network.folded") if canvas.folded else "")))
    if not neighbours.graph_up(opened.home):
        html(card(t("graph.down"), [rich(t("graph.down_line"))]))
    key = f"network-{lead['lead_id']}"
    network.show(canvas, key=key, height=HEIGHT, expand=lambda node, sure: neighbours.expand(opened, canvas, node, sure))


def canvas_of(opened: Desk, lead: Lead) -> Canvas:
    """The session's canvas of the lead, drawn from its evidence rows when it is first seen."""
    key = f"canvas-{opened.run_id}-{lead['lead_id']}"
    if key not in st.session_state:
        cited = opened.cited(str(lead["lead_id"]))
        ids = [node_id(kind, key) for kind, key, _ in people(lead) if kind in LABELS]
        ids += [f"{label}:{value}" for column, label in COLUMNS.items() for value in cited[column].drop_nulls().unique()]
        wanted = list(dict.fromkeys(ids))
        st.session_state[key] = Canvas.of(draw(lead, cited, opened.names(wanted), opened.kinds(wanted)))
    canvas: Canvas = st.session_state[key]
    return canvas


def _roles(opened: Desk, lead: Lead) -> None:
    everyone = [(node_id(kind, key), role) for kind, key, role in people(lead) if kind in LABELS]
    shown = everyone[:ROLES_SHOWN]
    ids = [node for node, _ in shown]
    names, kinds = opened.names(ids), opened.kinds(ids)
    rows = _rows_by_node(opened.cited(str(lead["lead_id"])))
    parts = [_member(node_of(n, reveal.shown_name(n) or names.get(n), kinds.get(n)), role, rows.get(n, 0)) for n, role in shown]
    if len(everyone) > ROLES_SHOWN:
        parts.append(el("div", esc(t("roles.more", n=len(everyone) - ROLES_SHOWN)), kind="caption"))
    nobody = el("div", esc(t("roles.none")), kind="caption")
    html(heading(t("roles.title"), t("roles.note")) + ("".join(parts) or nobody))


def _member(node: Node, role: str, rows: int) -> str:
    """One line: kind, name, role, and the rows that name it, or the doubt that it is a victim."""
    name = el("span", esc(node.name), kind="name", tip=f"{node.name} {node.id.partition(':')[2]}")
    words = el("span", esc(known(f"role.{role}", role)), kind="caption")
    if role in NOT_CULPABLE:
        last = tag(t("roles.maybe_victim"), "warn")
    else:
        last = el("span", esc(t("law.count", n=rows)) if rows else "—", kind="amount", tip=t("tip.roles_rows"))
    return el("div", badge(node.family, node.icon), name, words, last, kind="member")


def _rows_by_node(cited: pl.DataFrame) -> dict[str, int]:
    """Node -> evidence rows that name it."""
    return {
        f"{label}:{value}": n
        for column, label in COLUMNS.items()
        for value, n in cited.drop_nulls(column).group_by(column).len().iter_rows()
    }
