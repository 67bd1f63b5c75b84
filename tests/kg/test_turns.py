"""Shared relations: kept when several queries read them, built before the first reader, gone after the last."""

from __future__ import annotations

import pytest

from kg.relations import RELATIONS, mentions
from kg.rulebook import RULEBOOK, reads
from kg.turns import kept, turns

ACTIVE = [rule for rule in RULEBOOK.values() if rule.status == "active"]


def test_what_two_rules_read_is_a_table_and_what_one_reads_is_not() -> None:
    alone = RULEBOOK["trace_code_rescan_same_shop"]
    assert "sold_again_here" not in kept([alone])
    assert "sold_again_here" in kept([alone, RULEBOOK["trace_code_sold_to_two_persons"]])


def test_a_pass_over_the_lines_is_never_a_table() -> None:
    assert "net_line" not in kept(ACTIVE)


def test_everything_is_built_once_before_its_reader_and_dropped_once() -> None:
    """Walk the turns as the engine does: whatever a query names, directly or through views, stands when it is read."""
    tables = kept(ACTIVE)
    made: list[str] = []
    dropped: list[str] = []

    def stands(name: str) -> bool:
        behind = () if name in tables else RELATIONS[name].reads & set(RELATIONS)
        return name in made and name not in dropped and all(map(stands, behind))

    for turn in turns(ACTIVE, tables):
        for relation in turn.build:
            assert all(stands(name) for name in relation.reads & set(RELATIONS))
            made.append(relation.name)
        assert all(stands(name) for name in reads(turn.rule) & set(RELATIONS))
        dropped += turn.drop
    assert len(made) == len(set(made))
    assert len(dropped) == len(set(dropped))
    assert set(dropped) <= tables
    assert stands("net_line"), "the lines of whole visits are cited last"


LINES = ("net_line", "stay_line", "fee_list_d")
"""Relations that hold millions of lines and are read anew wherever a query names them."""


@pytest.mark.parametrize("rule", [r for r in RULEBOOK.values() if r.method == "sql"], ids=lambda r: r.id)
def test_a_rule_passes_over_the_lines_at_most_twice(rule) -> None:
    passes = sum(mentions(rule.text)[name] for name in LINES)
    assert passes <= 2, f"{rule.id} names {', '.join(LINES)} {passes} times: name them in one WITH, or write a view"
