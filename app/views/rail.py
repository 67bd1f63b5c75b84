"""Beside the case file: its network, who is in it in which role, and what may be decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from app.views import neighbours, reveal
from app.views.desk import Desk
from app.widgets import network
from app.widgets.network import Canvas
from app.widgets.page import badge, card, guarded, heading, html, tag
from app.widgets.picture import COLUMNS, LABELS, NOT_CULPABLE, draw, node_of, people
from app.widgets.text import esc, known, rich, t

HEIGHT = 320
ROLES_SHOWN = 12


def show(opened: Desk, lead: Mapping[str, Any]) -> None:
    """The rail."""
    _network(opened, lead)
    _roles(opened, lead)
    _decision(opened, lead)


@st.fragment
def _network(opened: Desk, lead: Mapping[str, Any]) -> None:
    """The canvas; an expansion reruns only this."""
    with guarded("network"):
        _canvas(opened, lead)


def _canvas(opened: Desk, lead: Mapping[str, Any]) -> None:
    canvas = canvas_of(opened, lead)
    folded = len(canvas.folded)
    html(heading(t("network.title"), t("network.note", n=len(canvas.nodes)) + (t("network.folded") if folded else "")))
    if not neighbours.graph_up(opened.home):
        html(card(t("graph.down"), [rich(t("graph.down_line"))]))
    network.show(canvas, key=f"network-{lead['lead_id']}", height=HEIGHT, expand=lambda node, sure: neighbours.expand(opened, canvas, node, sure))


def canvas_of(opened: Desk, lead: Mapping[str, Any]) -> Canvas:
    """This session's canvas of the lead, drawn from its evidence rows when it is first seen."""
    key = f"canvas-{opened.run_id}-{lead['lead_id']}"
    if key not in st.session_state:
        cited = opened.cited(str(lead["lead_id"]))
        ids = [f"{LABELS[kind]}:{id_}" for kind, id_, _ in people(lead) if kind in LABELS]
        ids += [f"{label}:{value}" for column, label in COLUMNS.items() for value in cited[column].drop_nulls().unique()]
        wanted = list(dict.fromkeys(ids))
        st.session_state[key] = Canvas.of(draw(lead, cited, opened.names(wanted), opened.kinds(wanted)))
    canvas: Canvas = st.session_state[key]
    return canvas


def _roles(opened: Desk, lead: Mapping[str, Any]) -> None:
    everyone = [(kind, key, role) for kind, key, role in people(lead) if kind in LABELS]
    shown = everyone[:ROLES_SHOWN]
    ids = [f"{LABELS[kind]}:{key}" for kind, key, _ in shown]
    names, kinds = opened.names(ids), opened.kinds(ids)
    amounts = _amounts(opened.cited(str(lead["lead_id"])))
    parts = [heading(t("roles.title"), t("roles.note"))]
    for (_, key, role), node in zip(shown, ids, strict=True):
        drawn = node_of(node, reveal.shown_name(node) or names.get(node), kinds.get(node))
        words = tag(t("roles.maybe_victim"), "warn") if role in NOT_CULPABLE else f'<span class="amount" title="{esc(t("tip.roles_rows"))}">{esc(t("law.count", n=amounts[node])) if node in amounts else "—"}</span>'
        parts.append(
            f'<div class="member">{badge(drawn.family, drawn.icon)}<span class="name" title="{esc(f"{drawn.name} {key}")}">{esc(drawn.name)}</span>'
            f'<span class="caption">{esc(known(f"role.{role}", role or t("role.participant")))}</span>{words}</div>'
        )
    if len(everyone) > ROLES_SHOWN:
        parts.append(f'<div class="caption">{esc(t("roles.more", n=len(everyone) - ROLES_SHOWN))}</div>')
    if not everyone:
        parts.append(f'<div class="caption">{esc(t("roles.none"))}</div>')
    html("".join(parts))


def _amounts(cited: pl.DataFrame) -> dict[str, int]:
    """Node -> evidence rows that name it."""
    return {
        f"{label}:{value}": n for column, label in COLUMNS.items() for value, n in cited.drop_nulls(column).group_by(column).len().iter_rows()
    }


def _decision(opened: Desk, lead: Mapping[str, Any]) -> None:
    lines = "".join(f"<div>{rich(t(f'decide.{act}_line'))}</div>" for act in ("open", "shelve", "exclude"))
    html(f'<div class="card panel">{heading(t("decide.title"))}<div class="second" style="font-size:13px;line-height:22px;margin-top:4px">{lines}</div><div class="caption" style="margin-top:6px">{esc(t("decide.not_yet"))}</div></div>')
    with st.container(horizontal=True, gap="small"):
        st.button(t("decide.shelve"), icon=":material/snooze:", disabled=True, help=t("decide.not_yet"))
        st.button(t("decide.exclude"), icon=":material/block:", disabled=True, help=t("decide.not_yet"))
        if st.button(t("reveal.button"), icon=":material/visibility:"):
            reveal.dialog(opened, lead)
