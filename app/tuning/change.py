"""A change of a rule's values, proposed by one person and approved by a second: in the home's rules, and in the ledger with its reason."""

from __future__ import annotations

from app.record import record
from graph.home import Home
from graph.ledger import Actor
from kg.site import Change, approve, propose, site_rules


def proposed(home: Home, rule: str, settings: list[str], *, reason: str) -> Change:
    """Propose `name=value` settings as the present actor; WrongUse as kg.site.propose says."""
    change = propose(home, rule, settings, reason=reason, by=Actor.current().user)
    facts = {"change": change.id, **{name: str(value) for name, value in change.values.items()}}
    record(home, "rules.set", rule, facts, reason=reason)
    return change


def approved(home: Home, change_id: str) -> tuple[Change, int]:
    """Approve as the present actor; the change and the version of the rule that counts from the next run on."""
    change = approve(home, change_id, by=Actor.current().user)
    version = site_rules(home)[change.rule].version
    record(home, "rules.approve", change.rule, {"change": change.id, "version": version}, reason=change.reason)
    return change, version
