"""The findings behind a lead, the rules that made them, and the class of each: what a stranger can compute again, and what he must believe.

The class is not declared but tried: the verifier's own code runs the rule on the rows that will be enclosed. `rows`: it finds the same
rows at the same money with the same facts. `inputs`: it does so when all rows of the cited institutions are enclosed. `attested`: it does
not (a comparison with peers, a walk through the graph), and the signature stands for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from app.evidence.case import Case, Row
from app.evidence.installed import hash_of, installed, relations_of
from app.evidence.rows import REACHES, Reach, Surroundings, cited, context, lines
from app.verify.replay import CONTEXT, reproduced
from graph.contract import CONTRACT
from kg.relations import RELATIONS
from kg.rule import Rule

CLASSES: Mapping[Reach, str] = {"near": "rows", "house": "inputs"}
ATTESTED = "attested"


def findings(case: Case) -> dict[str, bytes]:
    """Path in the bag -> content: findings with their class, rules, and the rows beside the cited ones that the replay reads."""
    near = Surroundings(case)
    tried = {rule.id: _tried(case, rule, near) for rule in case.rules.values() if rule.method == "sql"}
    out = dict(context(case, {rule: enclosed.rows for rule, enclosed in tried.items() if enclosed}))
    # one rule's rows must not disturb another's: what counts is the replay over all that is enclosed
    together = {f"data/{path}": content for path, content in (*cited(case).items(), *out.items())}
    kinds = {
        id: CLASSES[enclosed.reach] for rule, enclosed in tried.items() if enclosed for id in _reproduced(case, case.rules[rule], together)
    }
    listed = [{**finding, "class": kinds.get(finding["finding_id"], ATTESTED)} for finding in case.findings]
    out["findings.json"] = json.dumps(listed, ensure_ascii=False, indent=1).encode()
    return {**out, **dict(rules(case))}


@dataclass(frozen=True)
class Enclosed:
    """The rows from which a rule finds again what it found, and how far they reach."""

    reach: Reach
    rows: Mapping[str, list[Row]]


def _tried(case: Case, rule: Rule, near: Surroundings) -> Enclosed | None:
    """The smaller reach that gives all of the rule's findings again, else the one that gives some."""
    best: Enclosed | None = None
    found = 0
    wanted = sum(finding["rule_id"] == rule.id for finding in case.findings)
    for reach in REACHES:
        rows = near.of(rule, reach)
        if rows is not None:
            again = len(_reproduced(case, rule, {f"{CONTEXT}{table}.jsonl": lines(part) for table, part in rows.items()}))
            if again > found:
                best, found = Enclosed(reach, rows), again
        if found == wanted:
            break
    return best


def _reproduced(case: Case, rule: Rule, files: Mapping[str, bytes]) -> frozenset[str]:
    mine = [finding for finding in case.findings if finding["rule_id"] == rule.id]
    return reproduced(_said(rule), mine, files, installed())


def rules(case: Case) -> Iterator[tuple[str, bytes]]:
    """Each rule as it was applied: declaration with parameters, its query and the shared relations, as text."""
    said = [_said(rule) for rule in case.rules.values()]
    yield "rules/rules.json", json.dumps(said, ensure_ascii=False, indent=1, default=str).encode()
    names: dict[str, None] = {}
    for rule in case.rules.values():
        yield f"rules/{rule.id}.{rule.method}.txt", rule.text.encode()
        names |= dict.fromkeys(relations_of(rule))
    for name in names:
        yield f"rules/relations/{name}.sql.txt", RELATIONS[name].text.encode()


def _said(rule: Rule) -> Row:
    return {**{name: value for name, value in asdict(rule).items() if name != "text"}, "hash": hash_of(rule)}


def tables_named(case: Case) -> str:
    """`就诊 3 行、费用明细 12 行`."""
    return "、".join(f"{CONTRACT[table].zh} {frame.height:,} 行" for table, frame in case.rows.items())
