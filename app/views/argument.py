"""For and against, side by side and of the same size; then what the law asks for and which rows speak to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.leads.explanation import Explanation, Provision, Shown
from app.views.desk import Desk, Lead
from app.views.leadtext import ICONS, benign_name, check_tag, source_name
from app.widgets.page import el, heading, html, icon, table, tag
from app.widgets.text import either, esc, language, t
from kg.rulebook import RULEBOOK

VERIFY_SHOWN = 4
WORST_FIRST = {"not_excluded": 0, "no_data": 1, "excluded": 2}


def show(opened: Desk, lead: Lead) -> None:
    """The section."""
    said = opened.leads.explanation(str(lead["lead_id"]))
    why, against = st.columns([1.08, 1], gap="medium")
    with why:
        _why(said, lead)
    with against:
        _against(lead)
    _law(said)


def _why(said: Explanation, lead: Lead) -> None:
    title = heading(t("case.why"), t("case.why_note", n=len({s["kind"] for s in lead["sources"]})))
    html(title + "".join(_source(fact.source, sum(fact.tables.values())) for fact in said.facts) + _verify(said, lead))


def _source(source: Mapping[str, Any], rows: int) -> str:
    """What raised the lead: kind, name, version, its declared prior, and how many rows it cites."""
    version = f" · {esc(t('case.version', v=source['version']))}" if source.get("version") else ""  # a clue has none
    head = el("div", el("b", esc(t(f"source.{source['kind']}"))), esc(source["id"]), version, kind="head")
    prior = ""
    if source.get("score") is not None:
        prior = el("div", el("span", esc(t("case.prior")), " ", el("b", f"{float(source['score']):.0%}"), tip=t("tip.score")), kind="facts")
    mark = el("div", icon(ICONS.get(source["kind"], "circle-alert")), kind="box")
    count = el("div", el("b", f"{rows:,}"), esc(t("case.rows")), kind="count", tip=t("tip.source_rows")) if rows else ""
    return el("div", mark, el("div", head, el("div", esc(source_name(source))), prior), count, kind="source")


def _verify(said: Explanation, lead: Lead) -> str:
    """How to verify: in English the rules' own words, in Chinese what is still to be gathered."""
    rules = [RULEBOOK[s["id"]] for s in lead["sources"] if s["id"] in RULEBOOK]
    english = list(dict.fromkeys(line for rule in rules for line in rule.verify))
    steps = (english if language() == "en" else [step.zh for step in said.next])[:VERIFY_SHOWN]
    if not steps:
        return ""
    return el(
        "div", el("span", esc(t("case.verify")), kind="caption"), el("ul", *(el("li", esc(step)) for step in steps)), kind="section verify"
    )


def _against(lead: Lead) -> None:
    checks = sorted(lead["benign_checks"], key=lambda check: WORST_FIRST[check["verdict"]])
    open_ones = sum(check["verdict"] != "excluded" for check in checks)
    title = heading(t("case.against"), t("case.against_note", n=len(checks), open=open_ones))
    nothing = el("div", el("span", "—"), el("span", esc(t("case.no_checks")), kind="detail"), kind="check")
    html(title + ("".join(map(_check, checks)) or nothing))


def _check(check: Mapping[str, Any]) -> str:
    """One innocent explanation: verdict, name, what was found."""
    detail = check.get(either("detail", "detail_en")) or check["detail"]
    return el("div", check_tag(check), el("span", esc(benign_name(check["name"]))), el("span", esc(detail), kind="detail"), kind="check")


def _law(said: Explanation) -> None:
    headers = ((t("law.element"), ""), (t("law.shown_by"), ""), (t("law.basis"), "right"), (t("law.state"), "tight"))
    title = heading(t("law.title"), t("law.note"))
    articles = el("div", esc(t("law.articles")), kind="caption", style="margin-top:8px") + "".join(map(_provision, said.provisions))
    html(el("div", title, table(headers, map(_element, said.elements)), articles, kind="section"))


def _element(shown: Shown) -> tuple[str, str, str, str]:
    """What must be shown, by what it is usually shown, how many cited rows speak to it, and whether any does."""
    element, n = shown.element, sum(shown.tables.values())
    only = el("span", esc(t("law.only_intent")), kind="caption") if element.intent else ""
    state = tag(t("law.has_rows"), "ok", t("tip.law_rows")) if n else tag(t("law.missing"), "warn", t("tip.law_missing"))
    by = el("span", esc(either(element.evidence, element.evidence_en)), kind="second")
    return f"{esc(either(element.fact, element.fact_en))} {only}", by, esc(t("law.count", n=n) if n else "—"), state


def _provision(provision: Provision) -> str:
    """An article and what it may bring; its official words, which are Chinese, unfold where they are loaded."""
    words, quote = esc(either(provision.words.zh, provision.words.en)), provision.quote
    if quote is None:
        return el("div", words, " ", el("span", esc(t("law.no_text")), kind="caption"), kind="second", style="margin-top:4px")
    source = t("law.source", title=quote.title, number=quote.number, version=quote.version)
    text = el("div", esc(quote.text), " ", el("span", esc(source), kind="caption", tip=quote.sha256), style="margin:2px 0 6px 16px")
    return el("details", el("summary", words), text, kind="second", style="margin-top:4px")
