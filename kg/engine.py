"""Run the rules over the book and the graph, and write what they found."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from graph import book
from graph.book import TRACE_TABLE, Manifest
from graph.contract import CONTRACT
from graph.errors import RingscopeError, WrongUse
from graph.home import Home
from kg.findings import add_hits, as_table, cite_whole, open_findings, write_findings
from kg.knowledge.library import Library
from kg.relations import alternatives, create, create_knowledge, tables_read
from kg.rule import Rule
from kg.rulebook import RULEBOOK, answer, bind, reads
from kg.silence import Silence, silence
from kg.site import site_rules
from kg.turns import kept, turns

if TYPE_CHECKING:
    from graph.store import Store

Progress = Callable[[str, float | None], None]
Unknown = dict[tuple[tuple[str, ...], str], dict[str, dict[str, int]]]
"""Needs, and the rule where they are its own points' -> column -> institution -> rows in which it is null."""
MEMORY = "3GB"
"""DuckDB's share; what exceeds it is spilled to HOME/tmp. Python and Arrow answers take the rest of the 4 GB that a run may use."""


@dataclass(frozen=True)
class RuleRun:
    """What became of one rule in one run."""

    rule_id: str
    seconds: float = 0.0
    findings: int = 0
    not_testable: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Needed column -> institution -> rows in which it is null, and which therefore were not judged."""
    silent: Silence = field(default_factory=dict)
    """Needed table -> months in which it did not come: findings that touch them were left out as not testable."""
    switched_off: str | None = None
    """What the rule lacked: tables, or the graph server. None: it ran."""


@dataclass(frozen=True)
class RunReport:
    """All rules of a run, in the order they ran."""

    run_id: str
    rules: tuple[RuleRun, ...]
    seconds: float
    knowledge: str = ""
    """The content of the knowledge library that the rules read."""

    @property
    def findings(self) -> int:
        return sum(rule.findings for rule in self.rules)

    def to_json(self) -> dict[str, object]:
        """For report.json and `--json`."""
        return {**asdict(self), "findings": self.findings}


def detect(
    home: Home,
    *,
    run_dir: Path,
    run_id: str,
    date_from: date | None = None,
    date_to: date | None = None,
    only_rules: Collection[str] | None = None,
    rules: Mapping[str, Rule] | None = None,
    progress: Progress | None = None,
) -> RunReport:
    """Run the active rules (or `only_rules`) and write findings.parquet and evidence.parquet into `run_dir`.

    `rules` is the rulebook to choose from, else the site's own.
    A rule whose tables are not in the book, or whose graph server is away, is switched off by name; the others run.
    Raises WrongUse for a rule that does not exist.
    """
    say = progress or (lambda _message, _fraction: None)
    started = time.perf_counter()
    chosen = choose(only_rules, site_rules(home) if rules is None else rules)
    bind(chosen)
    library = Library.of(home)
    manifest = Manifest.read(home.book)
    present = {*manifest.tables, *library.holds()}
    silent = {rule.id: needed for rule in chosen.values() if (needed := _silent(rule, silence(manifest)))}
    lacking = {rule.id: missing for rule in chosen.values() if (missing := lacks(rule, present))}
    runnable = [rule for rule in chosen.values() if rule.id not in lacking]
    with book.connect(home, memory=MEMORY) as connection, _graph(home, runnable) as store:
        connection.execute("SET preserve_insertion_order = false")
        create_knowledge(connection, library)
        runs = list(_run_all(connection, runnable, store, say))
        say("resolving evidence", 0.95)
        cite_whole(connection, runnable)
        period = (date_from.isoformat() if date_from else None, date_to.isoformat() if date_to else None)
        unheard = {rule: {month for months in tables.values() for month in months} for rule, tables in silent.items()}
        counts = write_findings(connection, chosen, run_dir, run_id, period, unheard)
    off = [RuleRun(rule_id=rule, switched_off=", ".join(missing)) for rule, missing in lacking.items()]
    ended = [RuleRun(**{**vars(run), "findings": counts.get(run.rule_id, 0), "silent": silent.get(run.rule_id, {})}) for run in runs]
    seconds = round(time.perf_counter() - started, 3)
    return RunReport(run_id=run_id, rules=(*ended, *off), seconds=seconds, knowledge=library.id)


def choose(only_rules: Collection[str] | None, rules: Mapping[str, Rule] = RULEBOOK) -> dict[str, Rule]:
    """The active rules, or those named."""
    if unknown := sorted(set(only_rules or ()) - set(rules)):
        raise WrongUse(f"no rule is called {', '.join(unknown)}", "an id that `ringscope rules list` shows", "correct the name")
    return {r.id: r for r in rules.values() if (r.id in only_rules if only_rules else r.status == "active")}


def lacks(rule: Rule, present: Collection[str]) -> tuple[str, ...]:
    """Tables that the rule cannot do without and that nobody has brought; `a or b` where one of them would do.

    Of kb_point a rule needs its own points: `kb_point.<rule>`.
    """
    needed = {f"{name}.{rule.id}" if name == "kb_point" else name for name in tables_read(reads(rule)) - set(rule.optional)}
    missing = needed - set(present)
    either = {" or ".join(sorted(group)) for group in alternatives(reads(rule)) if not group & {*present, *rule.optional}}
    return tuple(sorted(missing | either))


def _silent(rule: Rule, stopped: Silence) -> Silence:
    """Of the tables that the rule cannot do without, those that stopped coming."""
    needed = tables_read(reads(rule)) - set(rule.optional)
    return {table: months for table, months in stopped.items() if table in needed}


def rests_on_nothing(library: Library) -> dict[str, tuple[str, ...]]:
    """Rules that no delivery can wake while the library lacks these tables or points."""
    every = {*CONTRACT.tables, TRACE_TABLE, *library.holds()}
    return {rule.id: missing for rule in RULEBOOK.values() if rule.status != "retired" and (missing := lacks(rule, every))}


def not_testable(connection: duckdb.DuckDBPyConnection, rule: Rule) -> dict[str, dict[str, int]]:
    """Per needed column and institution, the rows in which it is null; of rows that a point limits, those of the rule's own points."""
    counts = {need.split(".")[1]: _nulls(connection, need, rule) for need in rule.needs}
    return {column: places for column, places in counts.items() if places}


def _nulls(connection: duckdb.DuckDBPyConnection, need: str, rule: Rule) -> dict[str, int]:
    relation, column = need.split(".")
    names = {row[0] for row in connection.execute(f"DESCRIBE {relation}").fetchall()}
    place = "coalesce(fixmedins_code, '')" if "fixmedins_code" in names else "''"
    own = f"AND rule_kind = '{rule.id}'" if "rule_kind" in names else ""
    query = f"SELECT {place} AS place, count(*) FROM {relation} WHERE {column} IS NULL {own} GROUP BY ALL ORDER BY ALL"
    return dict(connection.execute(query).fetchall())


def _run_all(connection: duckdb.DuckDBPyConnection, rules: list[Rule], store: Store | None, say: Progress) -> Iterator[RuleRun]:
    """Each rule in its turn. Building a shared relation is not counted as any rule's time."""
    open_findings(connection)
    unknown: Unknown = {}
    tables = kept(rules)
    for n, turn in enumerate(turns(rules, tables)):
        for relation in turn.build:
            say(f"relation {relation.name}", None)
            create(connection, relation, kept=relation.name in tables)
        say(f"rule {turn.rule.id}", n / len(rules) * 0.9)
        yield _run(connection, turn.rule, store, unknown)
        for name in turn.drop:
            connection.execute(f"DROP TABLE {name}")


def _run(connection: duckdb.DuckDBPyConnection, rule: Rule, store: Store | None, unknown: Unknown) -> RuleRun:
    """One rule's answer into the hits. `unknown` remembers what was counted for rules with the same needs."""
    started = time.perf_counter()
    if rule.method == "cypher" and store is None:
        return RuleRun(rule_id=rule.id, switched_off="the graph server is not running")
    found = as_table(store.read(rule.text, rule.values)) if store and rule.method == "cypher" else answer(rule, connection)
    hits = add_hits(connection, rule, found)
    asked = (rule.needs, rule.id if "kb_point" in tables_read(reads(rule)) else "")
    if asked not in unknown:
        unknown[asked] = not_testable(connection, rule)
    return RuleRun(rule_id=rule.id, seconds=round(time.perf_counter() - started, 3), findings=hits, not_testable=unknown[asked])


@contextmanager
def _graph(home: Home, rules: list[Rule]) -> Iterator[Store | None]:
    """The graph, when a chosen rule walks it and the server answers."""
    if not any(rule.method == "cypher" for rule in rules):
        yield None
        return
    from graph.store import Store  # the driver is loaded only where a rule needs it

    try:
        opened = Store.open(home)
    except RingscopeError:
        yield None
        return
    with opened as store:
        yield store if store.is_up() else None
