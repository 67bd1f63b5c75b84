"""For and against, side by side and of the same size; then what the law asks for and which rows speak to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from app.views.desk import Desk, Lead
from app.views.leadtext import ICONS, benign_name, check_tag, source_name
from app.widgets.page import el, heading, html, icon, table, tag
from app.widgets.text import either, esc, language, t
from kg.law import STATUTES, law_for
from kg.rulebook import RULEBOOK

VERIFY_SHOWN = 4
WORST_FIRST = {"not_excluded": 0, "no_data": 1, "excluded": 2}


def show(opened: Desk, lead: Lead) -> None:
    """The section."""
    why, against = st.columns([1.08, 1], gap="medium")
    with why:
        _why(opened, lead)
    with against:
        _against(lead)
    _law(opened, lead)


def _why(opened: Desk, lead: Lead) -> None:
    rows = _rows_by_rule(opened, lead)
    title = heading(t("case.why"), t("case.why_note", n=len({s["kind"] for s in lead["sources"]})))
    html(title + "".join(_source(source, rows.get(str(source["id"]), 0)) for source in lead["sources"]) + _verify(lead))


def _source(source: Mapping[str, Any], rows: int) -> str:
    """What raised the lead: kind, name, version, its declared prior, and how many rows it cites."""
    version = esc(t("case.version", v=source.get("version") or "—"))
    head = el("div", el("b", esc(t(f"source.{source['kind']}"))), esc(source["id"]), " · ", version, kind="head")
    prior = ""
    if source.get("score") is not None:
        prior = el("div", el("span", esc(t("case.prior")), " ", el("b", f"{float(source['score']):.0%}"), tip=t("tip.score")), kind="facts")
    mark = el("div", icon(ICONS.get(source["kind"], "circle-alert")), kind="box")
    count = el("div", el("b", f"{rows:,}"), esc(t("case.rows")), kind="count", tip=t("tip.source_rows"))
    return el("div", mark, el("div", head, el("div", esc(source_name(source))), prior), count, kind="source")


def _rows_by_rule(opened: Desk, lead: Lead) -> dict[str, int]:
    """Rule id -> distinct evidence rows of this lead that it cites."""
    cited = opened.cited(str(lead["lead_id"])).explode("rule_ids")
    return dict(cited.drop_nulls("rule_ids").group_by("rule_ids").len().iter_rows())


def _verify(lead: Lead) -> str:
    """How to verify, in the rules' own words, which are English."""
    rules = [RULEBOOK[s["id"]] for s in lead["sources"] if s["id"] in RULEBOOK]
    steps = list(dict.fromkeys(line for rule in rules for line in rule.verify))[:VERIFY_SHOWN]
    if language() != "en" or not steps:
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


def _law(opened: Desk, lead: Lead) -> None:
    law = law_for(str(lead["pattern"]), date.fromisoformat(str(lead["period"][-1])) if lead["period"] else None)
    counts = opened.leads.tables(str(lead["lead_id"]))
    lines = []
    for element, tables in law.shown(counts):
        n = sum(counts[name] for name in tables)
        state = tag(t("law.has_rows"), "ok", t("tip.law_rows")) if n else tag(t("law.missing"), "warn", t("tip.law_missing"))
        lines.append((esc(element.fact), el("span", esc(element.evidence), kind="second"), esc(t("law.count", n=n) if n else "—"), state))
    headers = ((t("law.element"), ""), (t("law.shown_by"), ""), (t("law.basis"), "right"), (t("law.state"), "tight"))
    articles = esc(t("law.articles") + (t("law.and").join(map(_citation, lead["legal"])) or "—"))
    note = el("div", articles, kind="caption", style="margin-top:8px")
    html(el("div", heading(t("law.title"), t("law.note")), table(headers, lines), note, kind="section"))


def _citation(article: Mapping[str, Any]) -> str:
    """`条例 第38条第1款第1项`: by number only; a number that is not certain is not printed."""
    statute = STATUTES.get(str(article["statute"]))
    parts = "".join(t(f"law.{part}", n=article[part]) for part in ("article", "paragraph", "item") if article.get(part))
    return f"{statute.short if statute else article['statute']} {parts}".strip()
