"""Which shared relations a run keeps as tables, and how long: built for the first rule that needs them, dropped after the last reader.

A rule's author does nothing for it: who reads whom, and how often, is found in the queries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from kg.relations import RELATIONS, Relation, in_order, mentions
from kg.rule import Rule
from kg.rulebook import reads


@dataclass(frozen=True)
class Turn:
    """One rule's turn."""

    rule: Rule
    build: tuple[Relation, ...]
    """What no earlier turn built, each after what it reads."""
    drop: tuple[str, ...]
    """Kept relations that nothing reads after this turn."""


def kept(rules: Iterable[Rule]) -> frozenset[str]:
    """Relations built as tables: read more than once in this run, or marked so; a pass over the book never is."""
    rules = list(rules)
    times: Counter[str] = Counter()
    for rule in rules:
        # a .py rule may ask the same relation several times
        times.update(mentions(rule.text) if rule.method == "sql" else dict.fromkeys(reads(rule), 2))
    times.update({need.split(".")[0] for rule in rules for need in rule.needs})
    for relation in in_order(name for rule in rules for name in reads(rule)):
        times.update(mentions(relation.text))
    return frozenset(r.name for r in RELATIONS.values() if r.kept or (times[r.name] > 1 and not r.passes))


def turns(rules: Sequence[Rule], tables: Collection[str]) -> list[Turn]:
    """The rules, those that read the same relations side by side, each with what to build before it and drop after it."""
    order = sorted(rules, key=lambda rule: sorted(_through(reads(rule), tables)))
    seen: set[str] = set()
    build: list[tuple[Relation, ...]] = []
    last: dict[str, int] = {}
    for turn, rule in enumerate(order):
        build.append(tuple(r for r in in_order(reads(rule)) if r.name not in seen))
        seen |= {r.name for r in build[-1]}
        read = [*reads(rule), *(source for r in build[-1] for source in r.reads)]
        last.update(dict.fromkeys(_through(read, tables), turn))
    # whole visits are cited, line by line, when all rules have run
    last.update(dict.fromkeys(_through(["net_line"], tables), len(order)))
    return [Turn(rule, build[n], tuple(sorted(name for name, turn in last.items() if turn == n))) for n, rule in enumerate(order)]


def _through(names: Iterable[str], tables: Collection[str]) -> set[str]:
    """The tables that a query reads which names these relations: themselves, or what stands behind those that are no tables."""
    found: set[str] = set()
    for name in names:
        if name in tables:
            found.add(name)
        elif name in RELATIONS:
            found |= _through(RELATIONS[name].reads, tables)
    return found
