"""One lead as a case file: the allegation, its figures, what speaks for and against it, the law, the rows; beside it people and network."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from app.views import argument, rail, routes, rows, start
from app.views.desk import Desk, Lead, desk
from app.views.leadtext import level_tag, pattern_name, top_facts
from app.widgets.page import Tone, bar, card, el, html, split, tag
from app.widgets.text import either, esc, rich, sentence, t, yuan

STATES: Mapping[str, Tone] = {"new": "accent", "grown": "warn", "unchanged": "", "shrunk": "", "gone": "ok"}


def show() -> None:
    """The page; `?id=` names the lead."""
    opened = desk()
    if opened is None:
        start.show()
        return
    asked = st.query_params.get("id", "")
    if asked not in opened.of_run["lead_id"]:
        _missing(opened, asked)
        return
    lead = opened.lead(asked)
    bar([(t("queue.title"), "/leads"), (pattern_name(str(lead["pattern"])), ""), (asked, "")], top_facts(opened))
    _head(opened, lead)
    main, side = split("lead", [2.72, 1])
    with main:
        html(el("div", sentence(str(lead[either("sentence_zh", "sentence_en")])), kind="allegation"))
        html(figures(opened, lead))
        argument.show(opened, lead)
        rows.show(opened, lead)
    with side:
        rail.show(opened, lead)


def _missing(opened: Desk, asked: str) -> None:
    bar([(t("queue.title"), "/leads"), (t("lead.title"), "")], top_facts(opened))
    html(card(t("lead.missing"), [rich(t("lead.missing_line", id=asked or "—", run=opened.run_id))]))
    if st.button(t("lead.back"), type="primary"):
        routes.go("leads")


def _head(opened: Desk, lead: Lead) -> None:
    left, right = split("lead-head", [1.35, 1])
    with left:
        state = str(lead["state"])
        place = t("lead.place", first=lead["first_seen"], rank=lead["rank"], n=opened.of_run.height)
        cleared = tag(t("lead.cleared"), "ok", t("tip.cleared")) if lead.get("prior_verdict") else ""
        pattern, change = tag(pattern_name(lead["pattern"]), "accent"), tag(t(f"state.{state}"), STATES[state], t("tip.state"))
        html(el("div", pattern, level_tag(lead["level"]), change, cleared, el("span", esc(place), kind="caption"), kind="tags"))
    with right, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        _neighbour(opened, lead, -1, t("lead.previous"), "K", ":material/keyboard_arrow_up:")
        _neighbour(opened, lead, +1, t("lead.next"), "J", ":material/keyboard_arrow_down:")
        if st.button(t("lead.explore"), icon=":material/hub:", shortcut="G", help=t("tip.explore")):
            routes.go("explore", lead=str(lead["lead_id"]))
        st.button(t("decide.open"), type="primary", icon=":material/create_new_folder:", disabled=True, help=t("decide.not_yet"))


def _neighbour(opened: Desk, lead: Lead, step: int, words: str, key: str, icon: str) -> None:
    """The button to the lead before or after this one in the queue."""
    rank = pl.col("rank")
    there = opened.queue.filter(rank > lead["rank"]).head(1) if step > 0 else opened.queue.filter(rank < lead["rank"]).tail(1)
    if st.button(words, icon=icon, shortcut=key, disabled=there.is_empty(), key=f"step{step}"):
        st.query_params["id"] = str(there["lead_id"][0])
        st.rerun()


def figures(opened: Desk, lead: Lead) -> str:
    """The four figures: who, how much, how sure, on how many rows. HTML; each carries its definition."""
    tables = len(opened.leads.tables(str(lead["lead_id"])))
    named = t("figure.members", n=len(lead["members"])) if lead["members"] else t("figure.no_members")
    cells = (
        (t("figure.who"), ((lead["persons"], t("unit.persons")), (lead["institutions"], t("unit.places"))), named, t("tip.who")),
        (t("figure.amount"), ((yuan(lead["amount_fen"]), t("unit.yuan")),), _beside(lead), t("tip.amount")),
        (t("figure.score"), ((f"{lead['score']:.0%}", t(f"score.{lead['score_kind']}")),), t("figure.score_note"), t("tip.score")),
        (t("figure.rows"), ((lead["evidence_rows"], t("unit.rows", n=tables)),), t("figure.rows_note"), t("tip.rows")),
    )
    return el("div", *(_figure(*cell) for cell in cells), kind="figures")


def _beside(lead: Lead) -> str:
    """The money that stands beside the recoverable amount and is never added to it."""
    if (paid := lead.get("paid_fen")) is not None:
        return t("figure.paid", yuan=yuan(paid))
    return t("figure.estimate", yuan=yuan(lead["estimate_fen"])) if lead.get("estimate_fen") else t("figure.no_estimate")


def _figure(label: str, values: tuple[tuple[object, str], ...], note: str, tip: str) -> str:
    numbers = (f"{value:,}" if isinstance(value, int) else esc(value) for value, _ in values)
    value = "".join(number + el("small", esc(unit)) for number, (_, unit) in zip(numbers, values, strict=True))
    return el("div", el("div", esc(label), kind="label"), el("div", value, kind="value"), el("div", esc(note), kind="note"), tip=tip)
