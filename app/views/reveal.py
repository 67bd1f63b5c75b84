"""Names in clear: only with a written reason, which the ledger holds before the name is seen, and only for a while."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app.leads.names import HIDDEN_NAMES
from app.views.desk import Desk, Lead, node_id
from app.widgets.page import badge, el, html
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


def dialog(opened: Desk, lead: Lead) -> None:
    """Ask for the reason and reveal."""
    st.dialog(t("reveal.title"), width="medium", on_dismiss="rerun")(ask)(opened, lead)


def ask(opened: Desk, lead: Lead) -> None:
    """The dialog: what will be recorded, whom, why."""
    html(el("p", rich(t("reveal.note", minutes=int(REVEALED_FOR.total_seconds() // 60))), kind="second"))
    roles = {node_id(kind, key): role for kind, key, role in people(lead) if LABELS.get(kind) in HIDDEN_NAMES}
    if not roles:
        html(el("p", esc(t("reveal.nobody")), kind="second"))
        return
    names = opened.names(roles)
    key_of = {node: node.partition(":")[2] for node in roles}
    chosen = st.multiselect(
        t("reveal.whom"), list(roles), default=list(roles)[:MOST], max_selections=MOST,
        format_func=lambda node: f"{names.get(node, key_of[node])} · {key_of[node]}",
    )  # fmt: skip
    reason = st.text_area(t("reveal.reason", n=SHORTEST_REASON), max_chars=400, placeholder=t("reveal.hint"))
    if st.button(t("reveal.go"), type="primary", icon=":material/visibility:", disabled=not chosen):
        reveal(opened, chosen, reason)
    html("".join(_line(node, roles[node], names) for node in chosen))


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


def _line(node: str, role: str, names: Mapping[str, str]) -> str:
    clear = shown_name(node)
    drawn = node_of(node, clear or names.get(node))
    words = t("roles.maybe_victim") if role in NOT_CULPABLE else known(f"role.{role}", role)
    name = el("span", esc(drawn.name), kind="name", tip=node.partition(":")[2])
    until = el("span", esc(t("reveal.until")), kind="caption") if clear else ""
    return el("div", badge(drawn.family, drawn.icon), name, el("span", esc(words), kind="caption"), until, kind="member")
