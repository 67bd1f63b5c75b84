"""The rulebook as the verifier takes it: texts, types and constants, nothing that runs Python."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from app.verify.replay import Installed, rule_hash
from graph.book import TRACE_TABLE, book_columns
from graph.contract import BOOK_TYPE, CONTRACT, KNOWLEDGE
from kg.relations import CODE_GROUP, FACTS, RELATIONS, in_order
from kg.rule import Rule
from kg.rulebook import RULEBOOK, reads

Constant = dict[str, Any]


class Rulebook(Mapping[str, Constant]):
    """Every rule that is asked in SQL, read when it is asked for: parsing all of them takes seconds."""

    def __getitem__(self, id: str) -> Constant:
        if id not in self:
            raise KeyError(id)
        return _rule(RULEBOOK[id])

    def __iter__(self) -> Iterator[str]:
        return (rule.id for rule in RULEBOOK.values() if rule.method == "sql")

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, id: object) -> bool:
        return id in RULEBOOK and RULEBOOK[str(id)].method == "sql"


@cache
def installed() -> Installed:
    """The rules of this product, and what they rest on."""
    return Installed(Rulebook(), {name: relation.text for name, relation in RELATIONS.items()}, _tables(), _constants())


def as_json() -> str:
    """What is packed with the verifier."""
    known = installed()
    return json.dumps({**vars(known), "rules": dict(known.rules)}, ensure_ascii=False)


def hash_of(rule: Rule) -> str:
    """Names the rule's text and all that it rests on, but not its parameter values."""
    relations, _, constants = _closure(rule)
    held = _constants()
    parts: dict[str, object] = {"id": rule.id, "method": rule.method, "text": rule.text, "whole": list(rule.whole)}
    parts |= {"relations": {name: RELATIONS[name].text for name in relations}, "constants": {name: held[name] for name in constants}}
    return rule_hash(parts)


def tables_of(rule: Rule) -> tuple[str, ...]:
    """Tables of book and library that the rule reads, itself or through shared relations."""
    return _closure(rule)[1]


def relations_of(rule: Rule) -> tuple[str, ...]:
    """Shared relations that the rule reads, each after what it reads itself."""
    return _closure(rule)[0]


def _rule(rule: Rule) -> Constant:
    relations, tables, constants = _closure(rule)
    return {
        "version": rule.version,
        "text": rule.text,
        "parameters": rule.values,
        "whole": list(rule.whole),
        "relations": list(relations),
        "tables": list(tables),
        "constants": list(constants),
        "hash": hash_of(rule),
    }


def _closure(rule: Rule) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """(relations in order, tables, constants) of a rule."""
    relations = in_order(reads(rule))
    read = {name for relation in relations for name in relation.reads} | reads(rule)
    leaves = sorted(read - RELATIONS.keys())
    return tuple(r.name for r in relations), _among(leaves, _tables()), _among(leaves, _constants())


def _among(names: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name in known)


@cache
def _tables() -> dict[str, Constant]:
    """Table -> columns and key, as the book and the library have them."""
    month = [("month", "BIGINT")]
    found: dict[str, Constant] = {
        table.name: {"columns": [*table.book_columns, *month], "key": list(table.key or ("row_id",))} for table in CONTRACT if table.in_book
    }
    found[TRACE_TABLE] = {"columns": [*book_columns(TRACE_TABLE), *month], "key": ["source_table", "row_id", "drug_trac_codg"]}
    for table in KNOWLEDGE.values():
        found[table.name] = {"columns": [(name, BOOK_TYPE[c.kind]) for name, c in table.columns.items()], "key": list(table.key)}
    return found


@cache
def _constants() -> dict[str, Constant]:
    """The contract's groups of codes, and the published facts that ship with the rules."""
    groups = [
        {"list_name": name, "group_name": group, "code": code}
        for name, codes in CONTRACT.codes.items()
        for group, members in dict(codes.groups).items()
        for code in members
    ]
    found: dict[str, Constant] = {CODE_GROUP: _constant(("list_name", "group_name", "code"), groups)}
    for name in sorted(FACTS):
        text = (files("kg") / "knowledge" / f"{name}.csv").read_text(encoding="utf-8")
        rows = [{key: value or None for key, value in row.items()} for row in csv.DictReader(text.splitlines())]
        found[name] = _constant(tuple(rows[0]), rows)
    return found


def _constant(columns: tuple[str, ...], rows: list[dict[str, str | None]] | list[dict[str, str]]) -> Constant:
    return {"columns": [(name, "VARCHAR") for name in columns], "rows": rows}
