"""A site's own parameter values: changes that one person proposed and a second approved, kept in the home over the rules as they ship.

`rules/changes.json` holds every change in the order of proposal. A change counts once it is approved, and only for the version of the rule
that it was approved for: a new version of the rule brings new reasons, and the site decides again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from graph.errors import WrongUse
from graph.home import Home
from graph.lock import hold
from kg.rule import Rule, Value
from kg.rulebook import RULEBOOK

STEP = 1000
"""Version of a changed rule: 2003 is version 2 of the rule with the third change of this site."""


@dataclass(frozen=True)
class Change:
    """New values for some parameters of one rule."""

    id: str
    rule: str
    base: int
    """Version of the rule as shipped that the change was proposed for."""
    values: Mapping[str, Value]
    reason: str
    proposed_by: str
    proposed_at: str
    approved_by: str = ""
    approved_at: str = ""

    @property
    def state(self) -> str:
        """proposed, in force, or stale: approved for another version of the rule."""
        if not self.approved_by:
            return "proposed"
        return "in force" if self.rule in RULEBOOK and RULEBOOK[self.rule].version == self.base else "stale"


def rule_named(rule_id: str) -> Rule:
    """The rule as shipped; WrongUse when there is none of that name."""
    if rule_id not in RULEBOOK:
        raise WrongUse(f"no rule named {rule_id}", "one of: " + ", ".join(sorted(RULEBOOK)), "ringscope rules list")
    return RULEBOOK[rule_id]


def with_values(rule: Rule, values: Mapping[str, Value]) -> Rule:
    """The rule with some of its parameters set anew."""
    parameters = {name: replace(p, value=values.get(name, p.value)) for name, p in rule.parameters.items()}
    return replace(rule, parameters=parameters)


def parse_values(rule: Rule, settings: list[str]) -> dict[str, Value]:
    """`name=value` as the type that the parameter has; WrongUse for an unknown name, another type, or the value that it has already."""
    return dict(_parsed(rule, setting) for setting in settings)


def _parsed(rule: Rule, setting: str) -> tuple[str, Value]:
    name, equals, text = setting.partition("=")
    if not equals or name not in rule.parameters:
        known = ", ".join(f"{n}={p.value}" for n, p in rule.parameters.items()) or "none: this rule has no parameter"
        raise WrongUse(f"{setting!r} for the rule {rule.id}", f"name=value, of {known}", f"ringscope rules explain {rule.id}")
    now = rule.parameters[name].value
    try:
        value = {"true": True, "false": False}[text.lower()] if isinstance(now, bool) else type(now)(text)
    except (ValueError, KeyError):
        raise WrongUse(f"{setting!r}", f"a value of the kind of {now!r} ({rule.parameters[name].unit})") from None
    if value == now:
        raise WrongUse(f"{setting!r}", f"another value than the present {now!r}")
    return name, value


def changes(home: Home) -> list[Change]:
    """Every change of this site, oldest first."""
    path = home.rules / "changes.json"
    return [Change(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []


def site_rules(home: Home) -> dict[str, Rule]:
    """The rulebook with this site's approved values."""
    rules = dict(RULEBOOK)
    for n, change in enumerate((c for c in changes(home) if c.approved_by), 1):
        if change.state == "in force":
            rules[change.rule] = replace(with_values(rules[change.rule], change.values), version=change.base * STEP + n)
    return rules


def propose(home: Home, rule_id: str, settings: list[str], *, reason: str, by: str) -> Change:
    """Write down a change; nothing changes yet."""
    shipped = rule_named(rule_id)
    if not settings or not reason.strip():
        raise WrongUse("a change without values or without a reason", "name=value and --reason", "say why the value should be another")
    values = parse_values(site_rules(home)[rule_id], settings)
    with hold(home, "rules", "rules set"):
        held = changes(home)
        change = Change(f"C{len(held) + 1:04d}", rule_id, shipped.version, values, reason.strip(), by, _now())
        _write(home, [*held, change])
    return change


def approve(home: Home, change_id: str, *, by: str) -> Change:
    """Put a proposed change into force; refused to the person who proposed it."""
    with hold(home, "rules", "rules approve"):
        held = changes(home)
        found = next((change for change in held if change.id == change_id), None)
        if found is None or found.state != "proposed":
            seen = f"the change {change_id} is {found.state}" if found else f"no change {change_id}"
            raise WrongUse(seen, "a change that is proposed", "ringscope rules changes")
        if found.proposed_by == by:
            raise WrongUse(f"{by} proposed {change_id} and would approve it", "a second person", "let somebody else run this command")
        if RULEBOOK[found.rule].version != found.base:
            raise WrongUse(f"{change_id} was proposed for version {found.base} of {found.rule}", "the present version", "propose it again")
        approved = replace(found, approved_by=by, approved_at=_now())
        _write(home, [approved if change.id == change_id else change for change in held])
    return approved


def _write(home: Home, held: list[Change]) -> None:
    home.rules.mkdir(exist_ok=True, mode=0o700)
    part = home.rules / "changes.json.part"
    with part.open("w", encoding="utf-8") as file:
        json.dump([asdict(change) for change in held], file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(home.rules / "changes.json")


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
