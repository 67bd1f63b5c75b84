"""A site's own values: proposed by one person, in force when a second approves, and only for the version they were approved for."""

from __future__ import annotations

import json

import pytest

from graph.errors import WrongUse
from graph.home import Home
from kg.rulebook import RULEBOOK
from kg.site import approve, changes, propose, site_rules

RULE = "trace_code_rescan_same_shop"


def proposed(home: Home) -> str:
    return propose(home, RULE, ["min_codes=5"], reason="our tills scan twice", by="ann").id


def test_a_proposal_changes_nothing_until_a_second_person_approves(home: Home) -> None:
    change = proposed(home)
    assert site_rules(home)[RULE] == RULEBOOK[RULE]

    approve(home, change, by="bob")

    rule = site_rules(home)[RULE]
    assert rule.values["min_codes"] == 5
    assert rule.version == RULEBOOK[RULE].version * 1000 + 1
    assert RULEBOOK[RULE].values["min_codes"] == 3


def test_nobody_approves_a_change_of_their_own(home: Home) -> None:
    change = proposed(home)

    with pytest.raises(WrongUse, match="ann proposed"):
        approve(home, change, by="ann")
    assert [c.state for c in changes(home)] == ["proposed"]


def test_a_change_is_approved_once(home: Home) -> None:
    change = proposed(home)
    approve(home, change, by="bob")

    with pytest.raises(WrongUse, match="in force"):
        approve(home, change, by="eve")
    with pytest.raises(WrongUse, match="no change C0009"):
        approve(home, "C0009", by="bob")


def test_a_change_without_a_reason_is_refused(home: Home) -> None:
    with pytest.raises(WrongUse, match="without a reason"):
        propose(home, RULE, ["min_codes=5"], reason=" ", by="ann")


def test_a_later_change_stands_upon_the_earlier_one(home: Home) -> None:
    approve(home, proposed(home), by="bob")
    later = propose(home, RULE, ["z=4"], reason="again", by="bob")
    approve(home, later.id, by="ann")

    rule = site_rules(home)[RULE]
    assert (rule.values["min_codes"], rule.values["z"], rule.version % 1000) == (5, 4, 2)


def test_a_new_version_of_the_rule_leaves_the_change_stale(home: Home) -> None:
    approve(home, proposed(home), by="bob")
    path = home.rules / "changes.json"
    (entry,) = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps([{**entry, "base": entry["base"] - 1}]), encoding="utf-8")

    assert [c.state for c in changes(home)] == ["stale"]
    assert site_rules(home)[RULE] == RULEBOOK[RULE]
