"""One lead as a case file: the allegation, its figures, what speaks for and against it, the law, the rows; beside it people and network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.views import argument, rail, routes, rows, start
from app.views.desk import Desk, desk
from app.views.leadtext import level_tag, pattern_name, top_facts
from app.widgets.page import Tone, bar, card, html, split, tag
from app.widgets.text import either, esc, rich, sentence, t, yuan

STATES: Mapping[str, Tone] = {"new": "accent", "grown": "warn", "unchanged": "", "shrunk": "", "gone": "ok"}


def show() -> None:
    """The page; `?id=` names the lead."""
    opened = desk()
    if opened is None:
        start.show()
        return
    asked = st.query_params.get("id", "")
    if opened.queue.filter(opened.queue["lead_id"] == asked).is_empty():
        bar([(t("queue.title"), "/leads"), (t("lead.title"), "")], top_facts(opened))
        html(card(t("lead.missing"), [rich(t("lead.missing_line", id=asked or "—", run=opened.run_id))]))
        if st.button(t("lead.back"), type="primary"):
            routes.go("leads")
        return
    lead = opened.leads.lead(asked)
    bar([(t("queue.title"), "/leads"), (pattern_name(lead["pattern"]), ""), (asked, "")], top_facts(opened))
    _head(opened, lead)
    main, side = split("lead", [2.72, 1])
    with main:
        html(f'<div class="allegation">{sentence(str(lead[either("sentence_zh", "sentence_en")]))}</div>')
        html(figures(opened, lead))
        argument.show(opened, lead)
        rows.show(opened, lead)
    with side:
        rail.show(opened, lead)


def _head(opened: Desk, lead: Mapping[str, Any]) -> None:
    left, right = split("lead-head", [1.35, 1])
    with left:
        state = str(lead["state"])
        place = t("lead.place", first=lead["first_seen"], rank=lead["rank"], n=opened.queue.height)
        verdict = tag(t("lead.cleared"), "ok", t("tip.cleared")) if lead.get("prior_verdict") else ""
        tags = f'{tag(pattern_name(lead["pattern"]), "accent")}{level_tag(lead["level"])}{tag(t(f"state.{state}"), STATES[state], t("tip.state"))}{verdict}'
        html(f'<div class="tags">{tags}<span class="caption">{esc(place)}</span></div>')
    with right, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        _neighbour(opened, lead, -1, t("lead.previous"), "K", ":material/keyboard_arrow_up:")
        _neighbour(opened, lead, +1, t("lead.next"), "J", ":material/keyboard_arrow_down:")
        st.button(t("decide.open"), type="primary", icon=":material/create_new_folder:", disabled=True, help=t("decide.not_yet"))


def _neighbour(opened: Desk, lead: Mapping[str, Any], step: int, words: str, key: str, icon: str) -> None:
    """The button to the lead before or after this one in the queue."""
    place = int(lead["rank"]) - 1 + step
    there = 0 <= place < opened.queue.height
    if st.button(words, icon=icon, shortcut=key, disabled=not there, key=f"step{step}"):
        st.query_params["id"] = str(opened.queue["lead_id"][place])
        st.rerun()


def figures(opened: Desk, lead: Mapping[str, Any]) -> str:
    """The four figures: who, how much, how sure, on how many rows. HTML; each carries its definition."""
    cited = opened.cited(str(lead["lead_id"]))
    people, places = cited["psn_no"].n_unique() - bool(cited["psn_no"].null_count()), cited["fixmedins_code"].n_unique()
    estimate = lead.get("estimate_fen")
    paid = lead.get("paid_fen")
    beside = t("figure.paid", yuan=yuan(paid)) if paid is not None else t("figure.estimate", yuan=yuan(estimate)) if estimate else t("figure.no_estimate")
    cells = (
        (t("figure.who"), f"{people:,}<small>{esc(t('unit.persons'))}</small>{places:,}<small>{esc(t('unit.places'))}</small>", t("figure.members", n=len(lead["members"])) if lead["members"] else t("figure.no_members"), t("tip.who")),
        (t("figure.amount"), f"{yuan(lead['amount_fen'])}<small>{esc(t('unit.yuan'))}</small>", beside, t("tip.amount")),
        (t("figure.score"), f"{lead['score']:.0%}<small>{esc(t('score.' + str(lead['score_kind'])))}</small>", t("figure.score_note"), t("tip.score")),
        (t("figure.rows"), f"{lead['evidence_rows']:,}<small>{esc(t('unit.rows', n=cited['source_table'].n_unique()))}</small>", t("figure.rows_note"), t("tip.rows")),
    )
    drawn = "".join(
        f'<div title="{esc(tip)}"><div class="label">{esc(label)}</div><div class="value">{value}</div><div class="note">{esc(note)}</div></div>'
        for label, value, note, tip in cells
    )
    return f'<div class="figures">{drawn}</div>'
