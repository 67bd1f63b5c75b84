"""The analyst's console in the explorer: a query of his own, its rows, and the nodes among them onto the canvas."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from app.explorer import acts
from app.views import neighbours
from app.views.desk import Desk
from app.views.explorer_acts import Seat
from app.widgets.page import el, html
from app.widgets.text import esc, t
from graph.console import LONGEST, ROWS, TIMEOUT, Answer, ask, nodes_in
from graph.errors import RingscopeError
from graph.expand import among
from graph.ledger import Actor
from graph.picture import node_of

TAKEN = 200
"""Nodes of one answer that go on the canvas."""


def show(opened: Desk, seat: Seat) -> None:
    """The field, and below it the answer to what was asked last."""
    with st.form("console", border=False):
        text = st.text_area(t("console.title"), placeholder="MATCH (p:Patient)-[:HAD]->(v) RETURN p LIMIT 10", max_chars=LONGEST)
        html(el("p", esc(t("console.note", rows=ROWS, seconds=int(TIMEOUT))), kind="caption"))
        sent = st.form_submit_button(t("console.run"), icon=":material/play_arrow:")
    if sent:
        st.session_state["console_answer"] = answered(opened, text)
    held: Answer | str | None = st.session_state.get("console_answer")
    if isinstance(held, str):
        st.warning(held, icon=":material/block:")
    elif held is not None:
        _rows(opened, seat, held)


def answered(opened: Desk, text: str) -> Answer | str:
    """The rows, or why there are none."""
    try:
        return ask(opened.home, neighbours.store_of(opened.home), text, actor=Actor.current())
    except RingscopeError as error:
        return t("console.refused", seen=error.seen, expected=error.expected or "—")


def _rows(opened: Desk, seat: Seat, answer: Answer) -> None:
    n = len(answer.rows)
    html(el("p", esc(t("console.more", n=n) if answer.more else t("console.rows", n=n)), kind="caption"))
    if not n:
        return
    cells = [{name: _cell(value) for name, value in row.items()} for row in answer.rows]
    st.dataframe(cells, hide_index=True, height=240, key="console-rows", alt=t("console.title"))
    if ends := ends_in(answer):
        st.button(
            t("console.take", n=min(TAKEN, len(ends)), m=len(ends)), icon=":material/add:",
            on_click=take, args=(opened, seat, ends[:TAKEN]),
        )  # fmt: skip


def ends_in(answer: Answer) -> list[tuple[str, str]]:
    """(label, key) of every node of the answer, each once."""
    found = (node_of(one["_labels"], one) for one in nodes_in(answer))
    return list(dict.fromkeys((node.label, node.key) for node in found if node))


def take(opened: Desk, seat: Seat, ends: Sequence[tuple[str, str]]) -> None:
    """Put nodes on the canvas, with their ties to what is there."""
    store = neighbours.store_of(opened.home)
    acts.add(store, seat.view, among(store, ends).nodes)


def _cell(value: object) -> object:
    """What a cell can hold: a node, a list or a path as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value
