"""For and against, side by side and of the same size; then what the law asks for and which rows speak to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from app.views.desk import Desk
from app.views.leadtext import ICONS, benign_name, check_tag, source_name
from app.widgets.page import heading, html, icon, table, tag
from app.widgets.text import either, esc, known, language, t
from kg.law import STATUTES, law_for
from kg.rulebook import RULEBOOK

FACTS_SHOWN = 4


def show(opened: Desk, lead: Mapping[str, Any]) -> None:
    """The section."""
    why, against = st.columns([1.08, 1], gap="medium")
    with why:
        _why(opened, lead)
    with against:
        _against(lead)
    _law(opened, lead)


def _why(opened: Desk, lead: Mapping[str, Any]) -> None:
    hits = _rows_by_rule(opened, lead)
    parts = [heading(t("case.why"), t("case.why_note", n=len({s["kind"] for s in lead["sources"]})))]
    for source in lead["sources"]:
        rows = hits.get(str(source["id"]), 0)
        kind = t(f"source.{source['kind']}")
        version = t("case.version", v=source.get("version") or "—")
        score = "" if source.get("score") is None else f'<div class="facts"><span title="{esc(t("tip.score"))}">{esc(t("case.prior"))} <b>{float(source["score"]):.0%}</b></span></div>'
        parts.append(
            f'<div class="source"><div class="box">{icon(ICONS.get(source["kind"], "circle-alert"))}</div>'
            f'<div><div class="head"><b>{esc(kind)}</b>{esc(source["id"])} · {esc(version)}</div><div>{esc(source_name(source))}</div>{score}</div>'
            f'<div class="count" title="{esc(t("tip.source_rows"))}"><b>{rows:,}</b>{esc(t("case.rows"))}</div></div>'
        )
    checks = [] if language() == "zh" else [line for s in lead["sources"] if (rule := RULEBOOK.get(str(s["id"]))) for line in rule.verify][:FACTS_SHOWN]
    if checks:
        parts.append(f'<div class="section"><span class="caption">{esc(t("case.verify"))}</span><ul style="margin:2px 0 0;padding-left:18px;font-size:13px;line-height:20px">{"".join(f"<li>{esc(c)}</li>" for c in checks)}</ul></div>')
    html("".join(parts))


def _rows_by_rule(opened: Desk, lead: Mapping[str, Any]) -> dict[str, int]:
    """Rule id -> distinct evidence rows of this lead that it cites."""
    cited = opened.cited(str(lead["lead_id"])).explode("rule_ids")
    return dict(cited.drop_nulls("rule_ids").group_by("rule_ids").len().iter_rows())


def _against(lead: Mapping[str, Any]) -> None:
    checks = lead["benign_checks"]
    open_ones = sum(c["verdict"] != "excluded" for c in checks)
    order = {"not_excluded": 0, "no_data": 1, "excluded": 2}
    parts = [heading(t("case.against"), t("case.against_note", n=len(checks), open=open_ones))]
    for check in sorted(checks, key=lambda c: order[c["verdict"]]):
        detail = check.get(either("detail", "detail_en")) or check["detail"]
        parts.append(f'<div class="check">{check_tag(check)}<b style="font-weight:500">{esc(benign_name(check["name"]))}</b><span class="detail">{esc(detail)}</span></div>')
    if not checks:
        parts.append(f'<div class="check"><span>—</span><span class="detail">{esc(t("case.no_checks"))}</span></div>')
    html("".join(parts))


def _law(opened: Desk, lead: Mapping[str, Any]) -> None:
    law = law_for(str(lead["pattern"]), date.fromisoformat(str(lead["period"][-1])) if lead["period"] else None)
    per_table = dict(opened.cited(str(lead["lead_id"])).group_by("source_table").len().iter_rows())
    lines = []
    for element, tables in law.shown(per_table):
        n = sum(per_table[name] for name in tables)
        state = tag(t("law.has_rows"), "ok", t("tip.law_rows")) if n else tag(t("law.missing"), "warn", t("tip.law_missing"))
        count = t("law.count", n=n) if n else "—"
        lines.append((esc(element.fact), f'<span class="second">{esc(element.evidence)}</span>', esc(count), state))
    headers = ((t("law.element"), ""), (t("law.shown_by"), ""), (t("law.basis"), "right"), (t("law.state"), "tight"))
    cited = "；".join(_citation(article) for article in lead["legal"])
    html(f'<div class="section">{heading(t("law.title"), t("law.note"))}{table(headers, lines)}<div class="caption" style="margin-top:8px">{esc(t("law.articles"))} {esc(cited) or "—"}</div></div>')


def _citation(article: Mapping[str, Any]) -> str:
    """`条例 第38条第1款第1项`: by number only; a number that is not certain is not printed."""
    statute = STATUTES.get(str(article["statute"]))
    parts = "".join(t(f"law.{part}", n=article[part]) for part in ("article", "paragraph", "item") if article.get(part))
    return f"{statute.short if statute else known('', str(article['statute']))} {parts}".strip()
