"""The shared relations under kg/views: what is true of every rule (net lines, stays, live sales), said once.

A view's first comment says what one row is. A view that a run reads more than once is built once, as a table, and goes after its last
reader (kg/turns.py). Marks may follow: `-- kept: why` makes it a table however few read it; `-- passes: why` never makes it one, because
it only filters what is cheap to read again; `-- may lack: table, ...` names tables whose absence leaves it right, only poorer;
`-- one of: a, b` tables of which one must be there. Who reads whom is found in the SQL itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

import duckdb
import sqlglot
from sqlglot import exp

from graph.book import TRACE_TABLE
from graph.contract import CONTRACT, KNOWLEDGE
from kg.knowledge.library import CARRIED, Library

CODE_GROUP = "code_group"
"""The contract's groups of codes as a relation: list_name, group_name, code."""


@dataclass(frozen=True)
class Relation:
    """One shared view."""

    name: str
    says: str
    text: str
    kept: bool
    passes: bool
    may_lack: frozenset[str]
    one_of: frozenset[str]

    @property
    def reads(self) -> frozenset[str]:
        """Views, book tables and knowledge that its SQL names."""
        return relations_read(self.text)


@cache
def mentions(sql: str) -> Counter[str]:
    """Every relation that a query names, its own WITH names taken off -> how often."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    return Counter(table.name for table in tree.find_all(exp.Table) if table.name and table.name not in own)


def relations_read(sql: str) -> frozenset[str]:
    """Every relation that a query names."""
    return frozenset(mentions(sql))


def _names(listed: str) -> frozenset[str]:
    return frozenset(part.strip() for part in listed.split(",") if part.strip())


def _relation(name: str, text: str) -> Relation:
    comments = re.findall(r"^-- ?(.*)$", text, flags=re.MULTILINE)
    marks = dict(re.findall(r"^-- (kept|passes|may lack|one of): (.*)$", text, flags=re.MULTILINE))
    return Relation(
        name=name,
        says=comments[0] if comments else "",
        text=text,
        kept="kept" in marks,
        passes="passes" in marks,
        may_lack=_names(marks.get("may lack", "")),
        one_of=_names(marks.get("one of", "")),
    )


def _load() -> Mapping[str, Relation]:
    folder = files(__package__) / "views"
    found = sorted((p.name.removesuffix(".sql"), p) for p in folder.iterdir() if p.name.endswith(".sql"))
    return {name: _relation(name, path.read_text(encoding="utf-8")) for name, path in found}


RELATIONS: Mapping[str, Relation] = _load()
FACTS: frozenset[str] = frozenset(
    p.name.removesuffix(".csv") for p in (files(__package__) / "knowledge").iterdir() if p.name.endswith(".csv")
)
"""Relations read from kg/knowledge/*.csv: published facts that no load replaces, each row with its source and date."""


def in_order(wanted: Iterable[str]) -> tuple[Relation, ...]:
    """The wanted views and all that they read, each after what it reads; names that are no view are passed over."""
    done: dict[str, Relation] = {}

    def visit(name: str) -> None:
        if name in RELATIONS and name not in done:
            for source in sorted(RELATIONS[name].reads):
                visit(source)
            done[name] = RELATIONS[name]

    for name in sorted(wanted):
        visit(name)
    return tuple(done.values())


def tables_read(wanted: Iterable[str]) -> frozenset[str]:
    """Tables of book and library without which the wanted relations say nothing: all that they read, less what a view may lack."""
    needed: set[str] = set()

    def visit(name: str, forgiven: frozenset[str]) -> None:
        if relation := RELATIONS.get(name):
            for source in relation.reads:
                visit(source, forgiven | relation.may_lack | relation.one_of)
        elif (name in CONTRACT.tables or name in KNOWLEDGE or name == TRACE_TABLE) and name not in forgiven:
            needed.add(name)

    for name in wanted:
        visit(name, frozenset())
    return frozenset(needed)


def alternatives(wanted: Iterable[str]) -> frozenset[frozenset[str]]:
    """Groups of book tables of which at least one must be there."""
    return frozenset(relation.one_of for relation in in_order(wanted) if relation.one_of)


def prepare(connection: duckdb.DuckDBPyConnection, wanted: Iterable[str], library: Library = CARRIED) -> Iterator[str]:
    """Create the knowledge, then each wanted view in order (those marked kept as temporary tables); yields their names."""
    create_knowledge(connection, library)
    for relation in in_order(wanted):
        yield relation.name
        create(connection, relation, kept=relation.kept)


def create(connection: duckdb.DuckDBPyConnection, relation: Relation, *, kept: bool) -> None:
    """One view, as a temporary table when it is kept. What it reads must be there."""
    connection.execute(f"CREATE OR REPLACE TEMP {'TABLE' if kept else 'VIEW'} {relation.name} AS {relation.text}")


def create_knowledge(connection: duckdb.DuckDBPyConnection, library: Library) -> None:
    """The library, the contract's code groups and kg/knowledge/*.csv (every column text) as temporary tables."""
    library.fill(connection)
    groups = [
        (name, group, code) for name, codes in CONTRACT.codes.items() for group, members in dict(codes.groups).items() for code in members
    ]
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {CODE_GROUP} (list_name VARCHAR, group_name VARCHAR, code VARCHAR)")
    connection.executemany(f"INSERT INTO {CODE_GROUP} VALUES (?, ?, ?)", groups)
    for name in sorted(FACTS):
        with as_file(files(__package__) / "knowledge" / f"{name}.csv") as path:
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM read_csv('{path}', all_varchar = true)")
