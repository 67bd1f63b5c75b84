"""What the room rests on: the latest delivery and its reconciliation, the book by table, the run by pattern."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from app.views import start
from app.views.desk import current_home, desk, manifest
from app.views.leadtext import pattern_name, top_facts
from app.widgets.page import bar, heading, html, table, tag
from app.widgets.text import either, esc, t, yuan
from graph.contract import CONTRACT


def show() -> None:
    """The page."""
    opened, held = desk(), manifest()
    if not held.deliveries:
        start.show()
        return
    bar([(t("data.title"), "/data")], top_facts(opened) if opened else [])
    html(f'<h1>{esc(t("data.title"))} <small>{esc(t("data.count", n=len(held.deliveries)))}</small></h1>')
    _reconciliation(held.deliveries[-1])
    _book({name: (sum(f.rows for f in months.values()), len(months)) for name, months in held.tables.items()})
    _run(opened.report if opened else {})


def _report_of(delivery: str) -> Mapping[str, Any]:
    """The report that ingest left beside the snapshot; empty where there is none."""
    path = current_home().deliveries / delivery / "report.json"
    return cast("Mapping[str, Any]", json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def _reconciliation(delivery: str) -> None:
    report = _report_of(delivery)
    note = f"{delivery} · {t('data.reconciliation_note')}"
    if not report.get("tables"):
        html(f'<div class="section">{heading(t("data.reconciliation"), delivery)}<div class="caption">{esc(t("data.no_report"))}</div></div>')
        return
    lines = []
    for name, counts in report["tables"].items():
        even = counts["read"] == counts["loaded"] + counts["quarantined"] + counts["repeated"]
        money = next(iter(counts["sums"].values()), {}).get("read_fen")
        numbers = [f"{counts[key]:,}" for key in ("read", "loaded", "quarantined", "repeated")]
        lines.append((_table_name(name), *numbers, yuan(money), tag(t("data.even"), "ok") if even else tag(t("data.uneven"), "bad")))
    headers = [(t("data.table"), ""), *((t(f"data.{key}"), "right") for key in ("read", "loaded", "quarantined", "repeated", "money")), (t("data.verdict"), "tight")]
    html(f'<div class="section">{heading(t("data.reconciliation"), note)}{table(headers, lines)}</div>')


def _book(tables: Mapping[str, tuple[int, int]]) -> None:
    lines = [(_table_name(name), f"{rows:,}", f"{months:,}") for name, (rows, months) in sorted(tables.items(), key=lambda item: -item[1][0])]
    headers = [(t("data.table"), ""), (t("data.rows"), "right"), (t("data.months"), "right")]
    html(f'<div class="section">{heading(t("data.held"), t("data.held_note"))}{table(headers, lines)}</div>')


def _run(report: Mapping[str, Any]) -> None:
    if not report:
        html(f'<div class="section">{heading(t("data.run"))}<div class="caption">{esc(t("data.no_run"))}</div></div>')
        return
    lines = [(esc(pattern_name(row["pattern"])), f"{row['leads']:,}", yuan(row["amount_fen"])) for row in report["patterns"]]
    headers = [(t("data.pattern"), ""), (t("data.leads"), "right"), (t("data.amount"), "right")]
    note = f"{report['run_id']} · {t('data.run_note', leads=report['leads'], findings=report['findings'])}"
    html(f'<div class="section">{heading(t("data.run"), note)}{table(headers, lines)}</div>')


def _table_name(name: str) -> str:
    words = CONTRACT[name].zh if name in CONTRACT.tables else ""
    return f'<span class="mono">{esc(name)}</span> <span class="second">{esc(either(words, ""))}</span>'
