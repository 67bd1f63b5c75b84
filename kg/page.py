"""The page of all rules, made from their declarations: what an investigator reads, and what a reviewer compares."""

from __future__ import annotations

from collections.abc import Iterator

from kg.patterns import PATTERNS, Pattern
from kg.rule import Rule
from kg.rulebook import RULEBOOK

METHODS = {"sql": "relations over the book (SQL)", "cypher": "paths in the graph (Cypher)", "py": "statistics (Python)"}
LEVELS = {"clear_violation": "clear violation 明确违规", "suspicious": "suspicious 可疑"}


def rules_page() -> str:
    """RULES.md: a table of contents by pattern, then every rule."""
    patterns = [pattern for pattern in PATTERNS.values() if _rules_of(pattern)]
    parts = ["# Rules", "", f"{len(RULEBOOK)} rules for {len(patterns)} patterns. A finding is a lead to be checked, never a verdict.", ""]
    parts += ["| pattern | rule | level | method |", "| --- | --- | --- | --- |"]
    parts += [
        f"| {pattern.zh} {pattern.key} | [{rule.name_zh} {rule.id}](#{rule.id}) | {rule.level} | {rule.method} |"
        for pattern in patterns
        for rule in _rules_of(pattern)
    ]
    for pattern in patterns:
        parts += ["", f"## {pattern.zh} {pattern.key}", "", pattern.is_, *([f"Not: {pattern.is_not}."] if pattern.is_not else [])]
        for rule in _rules_of(pattern):
            parts += ["", *_rule(rule)]
    return "\n".join(parts) + "\n"


def explain(rule: Rule) -> str:
    """One rule in words, as `ringscope rules explain` prints it."""
    return "\n".join(_rule(rule)) + "\n"


def _rules_of(pattern: Pattern) -> list[Rule]:
    return [rule for rule in RULEBOOK.values() if rule.pattern == pattern.key]


def _rule(rule: Rule) -> Iterator[str]:
    yield f'### <a id="{rule.id}"></a>{rule.name_zh} · {rule.name_en}'
    yield ""
    yield f"`{rule.id}` version {rule.version}, {rule.status}, changed {rule.changed} · {LEVELS[rule.level]} · {METHODS[rule.method]}"
    if rule.retired_because:
        yield f"\nRetired: {rule.retired_because}"
    yield ""
    yield rule.how_it_works.strip().replace("\n", " ")
    yield ""
    yield f"Expected to be upheld: {rule.prior:.0%} until outcomes say better. Work for one lead: {rule.work_hours:g} h."
    yield f"Needs: {', '.join(f'`{need}`' for need in rule.needs)}; a row in which one is unknown is counted as not testable."
    if rule.whole:
        yield f"Cites every line of the {' and '.join(rule.whole)} rows that it names: they are fraud as a whole."
    if rule.warns:
        yield "An early warning: it stands beside the leads of its subject, makes none by itself and changes no probability."
    for title, sentences in (("Innocent stories", rule.false_positives), ("Blind spots", rule.blind_spots), ("How to verify", rule.verify)):
        yield f"\n**{title}**"
        yield ""
        yield from (f"- {sentence}" for sentence in sentences)
    if rule.benign_checks:
        yield f"\nTested before it is shown: {', '.join(f'`{check}`' for check in rule.benign_checks)}."
    if rule.parameters:
        yield "\n| parameter | value | unit | why |"
        yield "| --- | --- | --- | --- |"
        yield from (f"| {name} | {p.value} | {p.unit} | {p.why} |" for name, p in rule.parameters.items())
