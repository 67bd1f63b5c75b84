"""What the room rests on: the latest delivery and its reconciliation, the book by table, the run by pattern."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.views import start
from app.views.desk import Delivery, desk, last_delivery, manifest
from app.views.leadtext import pattern_name, top_facts
from app.widgets.page import bar, el, heading, html, table, tag
from app.widgets.text import either, esc, t, yuan
from graph.contract import CONTRACT


def show() -> None:
    """The page."""
    opened, held = desk(), manifest()
    if not held.deliveries:
        start.show()
        return
    bar([(t("data.title"), "/data")], top_facts(opened) if opened else [])
    html(el("h1", esc(t("data.title")), " ", el("small", esc(t("data.count", n=len(held.deliveries))))))
    last = last_delivery()
    assert last is not None
    _reconciliation(last)
    _book({name: (sum(f.rows for f in months.values()), len(months)) for name, months in held.tables.items()})
    _run(opened.report if opened else {})


def _reconciliation(delivery: Delivery) -> None:
    synthetic = tag(t("data.synthetic"), "accent") + " " if delivery.synthetic else ""
    about = " · ".join(part for part in (delivery.name, " – ".join(delivery.period), delivery.taken_in[:16].replace("T", " ")) if part)
    title = heading(t("data.reconciliation"), t("data.reconciliation_note")) + el(
        "div", synthetic, esc(about), kind="caption", tip=delivery.id
    )
    if not delivery.tables:
        html(el("div", title, el("div", esc(t("data.no_report")), kind="caption"), kind="section"))
        return
    lines = []
    for name, counts in delivery.tables.items():
        even = counts["read"] == counts["loaded"] + counts["quarantined"] + counts["repeated"]
        money = next((sums.get("read_fen") for sums in counts["sums"].values()), None)
        numbers = [f"{counts[key]:,}" for key in ("read", "loaded", "quarantined", "repeated")]
        lines.append((_table_name(name), *numbers, yuan(money), tag(t("data.even"), "ok") if even else tag(t("data.uneven"), "bad")))
    figures = ((t(f"data.{key}"), "right") for key in ("read", "loaded", "quarantined", "repeated", "money"))
    headers = [(t("data.table"), ""), *figures, (t("data.verdict"), "tight")]
    off = el("div", esc(t("data.switched_off", tables=", ".join(delivery.switched_off))), kind="caption") if delivery.switched_off else ""
    html(el("div", title, table(headers, lines), off, kind="section"))


def _book(tables: Mapping[str, tuple[int, int]]) -> None:
    largest_first = sorted(tables.items(), key=lambda item: -item[1][0])
    lines = [(_table_name(name), f"{rows:,}", f"{months:,}") for name, (rows, months) in largest_first]
    headers = [(t("data.table"), ""), (t("data.rows"), "right"), (t("data.months"), "right")]
    html(el("div", heading(t("data.held"), t("data.held_note")), table(headers, lines), kind="section"))


def _run(report: Mapping[str, Any]) -> None:
    if not report:
        html(el("div", heading(t("data.run")), el("div", esc(t("data.no_run")), kind="caption"), kind="section"))
        return
    lines = [(esc(pattern_name(row["pattern"])), f"{row['leads']:,}", yuan(row["amount_fen"])) for row in report["patterns"]]
    headers = [(t("data.pattern"), ""), (t("data.leads"), "right"), (t("data.amount"), "right")]
    note = f"{report['run_id']} · {t('data.run_note', leads=report['leads'], findings=report['findings'])}"
    html(el("div", heading(t("data.run"), note), table(headers, lines), kind="section"))


def _table_name(name: str) -> str:
    words = CONTRACT[name].zh if name in CONTRACT.tables else ""
    return el("span", esc(name), kind="mono") + " " + el("span", esc(either(words, "")), kind="second")
