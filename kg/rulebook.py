"""Every rule under kg/rules, found by its declaration, and proof that each can run."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from graph import book
from graph.errors import WrongUse
from graph.home import Home
from kg.findings import check_columns
from kg.relations import RELATIONS, prepare, relations_read
from kg.rule import Rule, read_rule

FOLDER = Path(__file__).parent / "rules"


def _load(folder: Path = FOLDER) -> Mapping[str, Rule]:
    rules: dict[str, Rule] = {}
    for declaration in sorted(folder.glob("*/*.toml")):
        rule = read_rule(declaration)
        if rule.id in rules:
            raise WrongUse(f"two rules are called {rule.id}", "one rule for each id", "rename one")
        rules[rule.id] = rule
    return rules


RULEBOOK: Mapping[str, Rule] = _load()
"""Rule by id, drafts and retired ones included."""


def reads(rule: Rule) -> frozenset[str]:
    """Relations that a rule asks for: those its SQL names (a `.py` rule lists them in READS), its needs, and lines for whole visits."""
    own: frozenset[str] = frozenset()
    if rule.method == "sql":
        own = relations_read(rule.text)
    elif rule.method == "py":
        own = frozenset(importlib.import_module(_module(rule)).READS)
    return own | {need.split(".")[0] for need in rule.needs} | ({"net_line"} if rule.whole else set())


def answer(rule: Rule, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """What a `.sql` or `.py` rule returns on this connection, whose relations must be prepared."""
    if rule.method == "py":
        found: pa.Table = importlib.import_module(_module(rule)).find(connection, rule.values)
        return found
    if rule.values:
        connection.execute("CREATE OR REPLACE TEMP TABLE rule_answer AS " + rule.text, rule.values)
    else:
        connection.execute("CREATE OR REPLACE TEMP TABLE rule_answer AS " + rule.text)
    table = connection.sql("FROM rule_answer").to_arrow_table()
    connection.execute("DROP TABLE rule_answer")
    return table


def bind(rules: Mapping[str, Rule]) -> None:
    """Run each rule on an empty book; a query that lacks its columns is refused before any real row is read."""
    with TemporaryDirectory() as nowhere, book.connect(Home(Path(nowhere))) as connection:
        list(prepare(connection, RELATIONS))
        for rule in rules.values():
            _bind(rule, connection)


def _bind(rule: Rule, connection: duckdb.DuckDBPyConnection) -> None:
    if rule.method == "cypher":
        check_columns(rule, dict.fromkeys(_cypher_columns(rule.text), ""))
        return
    try:
        check_columns(rule, {field.name: field.type for field in answer(rule, connection).schema})
        for need in rule.needs:
            relation, column = need.split(".")
            connection.execute(f"SELECT {column} FROM {relation} LIMIT 0")
    except duckdb.Error as error:
        raise WrongUse(f"rule {rule.id} does not run: {error}", "a query that binds against the empty book", "correct the query") from error


def _cypher_columns(text: str) -> list[str]:
    """Names after AS in the last RETURN; the graph itself is not asked."""
    last = text.rsplit("RETURN", 1)[-1].split("ORDER BY")[0]
    return [part.rsplit(" AS ", 1)[-1].strip() for part in last.replace(",\n", "\0").split("\0") if " AS " in part]


def _module(rule: Rule) -> str:
    return f"kg.rules.{rule.scene}.{rule.id}"
