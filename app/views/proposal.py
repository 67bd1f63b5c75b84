"""Changing a rule's value: proposed with a reason by whoever tried it, put into force by somebody else."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.tuning.change import approved, proposed
from app.widgets.page import Tone, el, heading, html, tag
from app.widgets.text import esc, rich, t
from graph.errors import RingscopeError
from graph.home import Home
from graph.ledger import Actor
from kg.rule import Rule
from kg.site import Change, changes

TONES: dict[str, Tone] = {"proposed": "warn", "in force": "ok", "stale": ""}
SHOWN = 8


def show(home: Home, rule: Rule, settings: Sequence[str]) -> None:
    """What may be proposed now, and the changes of this site."""
    html(el("div", heading(t("change.title"), t("change.note")), el("p", rich(t("change.line")), kind="second"), kind="card panel"))
    what = " · ".join(settings)
    if st.button(t("change.propose"), icon=":material/edit:", disabled=not settings, help=what or t("whatif.unchanged")):
        st.dialog(t("change.propose"), width="medium", on_dismiss="rerun")(ask)(home, rule.id, list(settings))
    held = changes(home)[::-1][:SHOWN]
    html(el("div", heading(t("change.held"), t("change.held_note")), kind="section"))
    if not held:
        html(el("div", esc(t("change.none")), kind="caption"))
    for change in held:
        _change(home, change)


def ask(home: Home, rule: str, settings: list[str]) -> None:
    """The dialog: what would change, and why."""
    html(el("p", el("b", esc(rule)), "<br>", el("span", esc(" · ".join(settings)), kind="mono")))
    reason = st.text_area(t("change.reason"), max_chars=1000, placeholder=t("change.hint"))
    if st.button(t("change.go"), type="primary", icon=":material/check:"):
        try:
            proposed(home, rule, settings, reason=reason or "")
        except RingscopeError as error:
            st.warning(t("change.refused", why=error.seen if reason and reason.strip() else t("change.no_reason")), icon=":material/block:")
            return
        st.rerun()


def _change(home: Home, change: Change) -> None:
    values = ", ".join(f"{name} = {value}" for name, value in change.values.items())
    key = change.state.replace(" ", "_")
    head = el("div", tag(t(f"change.{key}"), TONES[change.state]), el("span", esc(change.id), kind="caption mono"), kind="tags")
    who = t("change.who", proposed=change.proposed_by, approved=change.approved_by or "—")
    what = el("div", el("b", esc(change.rule)), " ", el("span", esc(values), kind="mono"))
    why = el("div", esc(change.reason), kind="second") + el("div", esc(who), kind="caption")
    html(el("div", head, what, why, kind="told"))
    if change.state == "proposed":
        own = change.proposed_by == Actor.current().user
        if st.button(t("change.approve"), key=f"approve-{change.id}", disabled=own, help=t("change.not_own") if own else None):
            approve(home, change.id)


def approve(home: Home, change_id: str) -> None:
    """Put the change into force; what speaks against it is said."""
    try:
        approved(home, change_id)
    except RingscopeError as error:
        st.warning(t("change.refused", why=error.seen), icon=":material/block:")
        return
    st.rerun()
