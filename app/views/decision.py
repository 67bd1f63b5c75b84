"""What may be decided about a lead, and where it stands: the card beside the case file, and the dialog that writes into the case book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple, cast

import polars as pl
import streamlit as st

from app.cases import REASONS, Act, ChangedMeanwhile
from app.cases.acts import FROM, SHORTEST_TEXT, Name, State
from app.cases.store import now
from app.cases.tables import Decision
from app.views import bundle, reveal
from app.views.desk import Desk, Lead
from app.widgets.page import Tone, card, el, heading, html, tag
from app.widgets.text import esc, known, rich, t
from graph.errors import RingscopeError
from graph.ledger import Actor

ICONS: Mapping[Name, str] = {"assign": "person_add", "snooze": "snooze", "dismiss": "block", "reopen": "undo", "note": "edit_note"}
TONES: Mapping[str, Tone] = {"open": "accent", "snoozed": "warn", "dismissed": "ok"}
SHOWN = 6
"""Decisions in the card; the ledger holds them all."""
SNOOZED_FOR = timedelta(days=30)
"""What the dialog proposes: the next month's delivery will be in."""
NOBODY = ""


class Seen(NamedTuple):
    """What a page knows of a lead when somebody decides on it."""

    n: int
    """Number of the last decision."""
    stands: State


def show(opened: Desk, lead: Lead) -> None:
    """The card and its buttons."""
    lead_id = str(lead["lead_id"])
    row = opened.board.row(by_predicate=pl.col("lead_id") == lead_id, named=True)
    told = opened.decisions.history(lead_id)
    standing = cast(State, row["standing"])
    whose = t("stand.whose", who=row["assignee"]) if row["assignee"] else t("stand.nobodys")
    until = t("stand.until", day=row["until"]) if standing == "snoozed" else ""
    mark, whose_until = tag(t(f"stand.{standing}"), TONES[standing], t("tip.standing")), el("span", esc(f"{whose} {until}"), kind="caption")
    lines = "".join(map(_line, told[: -SHOWN - 1 : -1])) or el("div", esc(t("decide.untouched")), kind="caption")
    html(
        el(
            "div",
            heading(t("decide.title"), t("decide.as", who=Actor.current().user)),
            el("div", mark, whose_until, kind="tags"),
            lines,
            kind="card panel decision",
        )
    )
    with st.container(horizontal=True, gap="small"):
        buttons(opened, {lead_id: Seen(int(row["decided"]), standing)}, list(ICONS))
        if st.button(t("reveal.button"), icon=":material/visibility:"):
            reveal.dialog(opened, lead)
        if st.button(t("bundle.button"), icon=":material/inventory_2:"):
            bundle.dialog(opened, lead)
    bundle.show(opened, lead)


def buttons(opened: Desk, seen: Mapping[str, Seen], names: Sequence[Name]) -> None:
    """A button for each of the acts that means something for every one of the leads."""
    for name in names:
        if all(lead.stands in FROM[name] for lead in seen.values()) and _button(name):
            dialog(opened, seen, name)


def _button(name: Name) -> bool:
    return st.button(t(f"act.{name}"), icon=f":material/{ICONS[name]}:", key=f"act-{name}")


def _line(row: Decision) -> str:
    """One decision: who, what, when; why."""
    what = t(f"did.{row.act}", who=row.assignee or t("stand.nobody"), until=row.until or "")
    why = " · ".join(part for part in (known(f"reason.{row.reason}", "") if row.act == "dismiss" else "", row.text) if part)
    head = el("div", el("b", esc(row.actor)), " ", esc(what), " ", el("span", esc(f"{row.at:%Y-%m-%d %H:%M}"), kind="caption whole"))
    return el("div", head, el("div", esc(why), kind="second") if why else "", kind="told")


def dialog(opened: Desk, seen: Mapping[str, Seen], name: Name) -> None:
    """Ask for what the act needs and write it."""
    st.session_state["known"] = dict(seen)
    st.dialog(t(f"act.{name}"), width="medium", on_dismiss="rerun")(ask)(opened, name)


def ask(opened: Desk, name: Name) -> None:
    """The dialog; what was typed stays when somebody else was faster."""
    seen: dict[str, Seen] = st.session_state["known"]
    what = t("decide.one", id=next(iter(seen))) if len(seen) == 1 else t("decide.many", n=len(seen))
    html(el("p", rich(t(f"decide.{name}_line")), " ", el("span", esc(what), kind="caption"), kind="second"))
    act = _form(opened, name)
    if st.button(t("decide.go"), type="primary", icon=":material/check:"):
        write(opened, act)


def _form(opened: Desk, name: Name) -> Act:
    me = Actor.current().user
    assignee, until, reason = NOBODY, None, ""
    if name == "assign":
        people = [me, *(one for one in opened.decisions.people() if one != me), NOBODY]
        assignee = st.selectbox(t("decide.to"), people, format_func=lambda who: who or t("stand.nobody"), accept_new_options=True) or NOBODY
    if name == "snooze":
        today = now().date()
        until = st.date_input(t("decide.until"), today + SNOOZED_FOR, min_value=today + timedelta(days=1), format="YYYY-MM-DD")
    if name == "dismiss":
        hint = t("decide.choose")
        reason = st.selectbox(t("decide.reason"), list(REASONS), None, lambda key: t(f"reason.{key}"), placeholder=hint) or ""
    label = t("decide.text_free") if name == "assign" else t("decide.text", n=SHORTEST_TEXT)
    text = st.text_area(label, max_chars=1000, placeholder=t(f"decide.{name}_hint"))
    return Act(name, text or "", assignee, until, reason)


def write(opened: Desk, act: Act) -> None:
    """Write the act on every lead that the page showed; those that somebody changed meanwhile are shown and not written."""
    seen: dict[str, Seen] = st.session_state["known"]
    changed: dict[str, ChangedMeanwhile] = {}
    book = opened.decisions
    try:
        for lead_id, last in list(seen.items()):
            try:
                book.decide(lead_id, act, seen=last.n, stands=last.stands, actor=Actor.current(), run_id=opened.run_id)
                del seen[lead_id]
            except ChangedMeanwhile as told:
                changed[lead_id] = told
    except RingscopeError as error:
        st.warning(t("decide.refused", why=known(f"refused.{act.name}", error.seen)), icon=":material/block:")
        return
    if not changed:
        st.toast(t("decide.written"))
        st.rerun()
    lines = [el("div", el("span", esc(lead_id), kind="caption mono"), *map(_line, told.since)) for lead_id, told in changed.items()]
    html(card(t("decide.changed"), [rich(t("decide.changed_line")), *lines[:SHOWN]]))
    seen.update({lead_id: Seen(told.since[-1].n, cast(State, told.since[-1].state)) for lead_id, told in changed.items()})


def standing_words(row: Mapping[str, Any]) -> str:
    """Where a lead stands, in a word of the queue."""
    match row["standing"]:
        case "snoozed":
            return t("stand.until", day=f"{row['until']:%m-%d}")
        case "dismissed":
            return t("stand.dismissed")
        case _:
            return str(row["assignee"])
