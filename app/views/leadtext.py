"""How the parts of a lead read: its pattern, level, sources, innocent explanations and people, in the session's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.views.desk import Desk, last_delivery
from app.views.neighbours import graph_up
from app.widgets.page import Tone, el, tag
from app.widgets.text import either, esc, known, t
from kg.benign import CHECKS
from kg.patterns import PATTERNS
from kg.rulebook import RULEBOOK

ICONS = {
    "rule": "book-check", "ring": "users", "model": "brain", "record": "file-text", "face": "scan-face", "clue": "message-square-warning",
}  # fmt: skip
VERDICTS: Mapping[str, Tone] = {"excluded": "ok", "not_excluded": "warn", "no_data": ""}


def pattern_name(key: str) -> str:
    """A pattern in words; its key where patterns.toml no longer has it."""
    pattern = PATTERNS.get(key)
    return key if pattern is None else either(pattern.zh, pattern.en)


def level_tag(level: str) -> str:
    return tag(t(f"level.{level}"), "bad" if level == "clear_violation" else "", t("tip.level"))


def source_name(source: Mapping[str, Any]) -> str:
    """What raised the lead: a rule by its name, a clue by what it points at, anything else by its id."""
    if source["kind"] == "clue":
        return t("source.clue_about")
    rule = RULEBOOK.get(str(source["id"]))
    return str(source["id"]) if rule is None else either(rule.name_zh, rule.name_en)


def source_line(source: Mapping[str, Any]) -> tuple[str, str]:
    """(icon, HTML) of a source in one line."""
    version = el("span", esc(t("case.version", v=source["version"])), kind="caption") if source.get("version") else ""
    return ICONS.get(source["kind"], "circle-alert"), f"{esc(source_name(source))} {version}"


def benign_name(name: str) -> str:
    """An innocent explanation in words."""
    check = CHECKS.get(name)
    return known(f"benign.{name}", name.replace("_", " ")) if check is None else either(check.zh, check.en)


def check_tag(check: Mapping[str, Any]) -> str:
    verdict = str(check["verdict"])
    return tag(t(f"verdict.{verdict}"), VERDICTS[verdict], t(f"tip.verdict_{verdict}"))


def top_facts(opened: Desk) -> list[str]:
    """The right of the top bar: delivery, run, graph, mask. HTML."""
    last = last_delivery()
    delivery = f"{esc(t('bar.delivery'))} {el('b', esc(last.name[:24] if last else '—'), tip=last.id if last else '')}"
    run = f"{esc(t('bar.run'))} {el('b', esc(opened.run_id[4:13]), kind='mono', tip=opened.run_id)}"
    up = graph_up(opened.home)
    graph = el("span", kind="dot" if up else "dot down") + esc(t("bar.graph_up") if up else t("bar.graph_down"))
    return [delivery, run, graph, esc(t("bar.masked"))]
