"""Names in clear: only with a written reason, which the ledger holds before the name is seen, and only for a while."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.views.desk import HIDDEN_NAMES, Desk
from app.widgets.page import badge, html
from app.widgets.picture import LABELS, NOT_CULPABLE, node_of, people
from app.widgets.text import esc, known, rich, t
from graph.errors import RingscopeError
from graph.identity import REVEALED_FOR, SHORTEST_REASON, Identities, Revealed
from graph.ledger import Actor

MOST = 8
"""People in one dialog: a reason is given for these, not for a crowd."""


def shown_name(node: str) -> str | None:
    """The name in clear while it may be seen; None otherwise."""
    seen: dict[str, Revealed] = st.session_state.setdefault("revealed", {})
    if node in seen and seen[node].expired:
        del seen[node]
    return seen[node].value if node in seen else None


def dialog(opened: Desk, lead: Mapping[str, Any]) -> None:
    """Ask for the reason and reveal."""
    st.dialog(t("reveal.title"), width="medium")(_ask)(opened, lead)


def _ask(opened: Desk, lead: Mapping[str, Any]) -> None:
    persons = [(f"{LABELS[kind]}:{key}", key, role) for kind, key, role in people(lead) if LABELS.get(kind) in HIDDEN_NAMES]
    html(f'<p class="second">{rich(t("reveal.note", minutes=int(REVEALED_FOR.total_seconds() // 60)))}</p>')
    if not persons:
        html(f'<p class="second">{esc(t("reveal.nobody"))}</p>')
        return
    names = opened.names([node for node, _, _ in persons])
    chosen = st.multiselect(t("reveal.whom"), [n for n, _, _ in persons], default=[n for n, _, _ in persons][:MOST], format_func=lambda n: f"{names.get(n, n.partition(':')[2])} · {n.partition(':')[2]}", max_selections=MOST)
    reason = st.text_area(t("reveal.reason", n=SHORTEST_REASON), max_chars=400, placeholder=t("reveal.hint"))
    if st.button(t("reveal.go"), type="primary", icon=":material/visibility:", disabled=not chosen):
        reveal(opened, chosen, reason)
    lines = [_line(node, key, role, names) for node, key, role in persons if node in chosen]
    html("".join(lines))


def reveal(opened: Desk, nodes: list[str], reason: str) -> None:
    """Reveal each name, one ledger entry a person; what cannot be revealed is said, nothing else is shown."""
    seen: dict[str, Revealed] = st.session_state.setdefault("revealed", {})
    try:
        with Identities.open(opened.home) as identities:
            for node in nodes:
                label, _, key = node.partition(":")
                if (pseudonym := opened.name_pseudonym(label, key)) is not None:
                    seen[node] = identities.reveal("name", pseudonym, subject=key, reason=reason, actor=Actor.current())
    except RingscopeError as error:
        st.warning(t("reveal.refused", why=known(f"reveal.{type(error).__name__}", error.seen)), icon=":material/block:")


def _line(node: str, key: str, role: str, names: Mapping[str, str]) -> str:
    clear = shown_name(node)
    drawn = node_of(node, clear or names.get(node))
    mark = f'<span class="caption">{esc(t("reveal.until"))}</span>' if clear else ""
    words = t("roles.maybe_victim") if role in NOT_CULPABLE else known(f"role.{role}", role)
    return f'<div class="member">{badge(drawn.family, drawn.icon)}<span class="name"><b style="font-weight:500">{esc(drawn.name)}</b> <span class="caption mono">{esc(key)}</span> <span class="caption">{esc(words)}</span></span>{mark}</div>'
