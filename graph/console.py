"""An analyst's own Cypher: judged by its text and by the server's plan before it runs, and written into the ledger before it is judged.

The plan alone is not enough: it does not show what stands in a subquery inside an expression, and there LOAD CSV passes as a read
(Neo4j 5.26, tried). The text alone is not enough either. So both must hold: no plan, no run.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graph import console_read
from graph.errors import RingscopeError, WrongUse
from graph.home import Home
from graph.identity import Identities
from graph.ledger import Actor, Facts, Ledger
from graph.store import Plan, QueryTooLong, Store

MAY_ASK = frozenset({"analyst"})
LONGEST = 4_000
"""Characters."""
ROWS = 500
"""Rows that are handed over; of more it is said that there are more."""
TIMEOUT = 10.0
"""Seconds; the server ends the query."""
STARTING = 5.0
"""Seconds more until its process is ended, with whatever it holds."""
PROCEDURES = frozenset({"db.labels", "db.relationshipTypes", "db.propertyKeys"})
_READING = (
    "AllNodesScan Anti AntiSemiApply Apply Argument ArgumentTracker AssertSameNode AssertSameRelationship",
    "BFSPruningVarLengthExpand(All) CacheProperties CartesianProduct ConditionalApply DirectedAllRelationshipsScan",
    "DirectedRelationshipByElementIdSeek DirectedRelationshipByIdSeek DirectedRelationshipIndexContainsScan",
    "DirectedRelationshipIndexEndsWithScan DirectedRelationshipIndexScan DirectedRelationshipIndexSeek",
    "DirectedRelationshipIndexSeekByRange DirectedRelationshipTypeScan DirectedRelationshipUniqueIndexSeek",
    "DirectedUnionRelationshipTypesScan Distinct Eager EagerAggregation EmptyRow Expand(All) Expand(Into) Filter",
    "IntersectionNodeByLabelsScan LeftOuterHashJoin LetAntiSemiApply LetSelectOrAntiSemiApply LetSelectOrSemiApply LetSemiApply",
    "Limit MultiNodeIndexSeek NodeByElementIdSeek NodeByIdSeek NodeByLabelScan NodeCountFromCountStore NodeHashJoin",
    "NodeIndexContainsScan NodeIndexEndsWithScan NodeIndexScan NodeIndexSeek NodeIndexSeekByRange NodeUniqueIndexSeek",
    "NodeUniqueIndexSeekByRange Optional OptionalExpand(All) OptionalExpand(Into) OrderedAggregation OrderedDistinct OrderedUnion",
    "PartialSort PartialTop ProcedureCall ProduceResults ProjectEndpoints Projection PruningVarLengthExpand(All)",
    "RelationshipCountFromCountStore Repeat(Trail) RightOuterHashJoin RollUpApply SelectOrAntiSemiApply SelectOrSemiApply SemiApply",
    "ShortestPath Skip Sort StatefulShortestPath(All) StatefulShortestPath(Into) SubtractionNodeByLabelsScan Top Top1WithTies Trail",
    "UndirectedAllRelationshipsScan UndirectedRelationshipByElementIdSeek UndirectedRelationshipByIdSeek",
    "UndirectedRelationshipIndexContainsScan UndirectedRelationshipIndexEndsWithScan UndirectedRelationshipIndexScan",
    "UndirectedRelationshipIndexSeek UndirectedRelationshipIndexSeekByRange UndirectedRelationshipTypeScan",
    "UndirectedRelationshipUniqueIndexSeek UndirectedUnionRelationshipTypesScan Union UnionNodeByLabelsScan Unwind ValueHashJoin",
    "VarLengthExpand(All) VarLengthExpand(Into) VarLengthExpand(Pruning)",
)
OPERATORS = frozenset(name for line in _READING for name in line.split())
"""Operators of a plan that read the graph and nothing else."""
_UNSEEN = re.compile(r"[^\S \n\t]|[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202f\ufeff]|\\u")
"""Characters that end a line for one reader and not for another, and escapes that stand for other characters."""
_QUIET = re.compile(r"(/\*.*?\*/|//[^\n]*)|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`(?:``|[^`])*`", re.S)
"""Comments, texts and quoted names, in which no word is a command."""
_CALLS = re.compile(r"\bCALL\b\s*(?![\s({])([\w.]*)", re.I)
_OUTSIDE = re.compile(r"\bLOAD\s+CSV\b|\bUSE\b|\bTRANSACTIONS?\b", re.I)


@dataclass(frozen=True)
class Answer:
    """Rows of a query, at most ROWS."""

    rows: tuple[Mapping[str, object], ...]
    more: bool


def ask(home: Home, store: Store, text: str, *, actor: Actor) -> Answer:
    """Judge the query and run it once. Each attempt is in the ledger.

    Raises WrongUse when it may not run, QueryTooLong at the time limit.
    """
    query = text.replace("\r\n", "\n").strip()
    ledger, number = Ledger(home), _asked(home, query, actor)
    try:
        _judge_text(query, actor)
        _judge_plan(store.plan(query, timeout=TIMEOUT))
        rows = _rows(home, query)
    except RingscopeError as fault:
        ledger.append("cypher.refused", actor=actor, subject=str(number), facts={"why": type(fault).__name__})
        raise
    ledger.append("cypher.answered", actor=actor, subject=str(number), facts={"rows": min(len(rows), ROWS)})
    return Answer(tuple(rows[:ROWS]), more=len(rows) > ROWS)


def _asked(home: Home, query: str, actor: Actor) -> int:
    """The entry that comes first. The text is sealed: a query may hold what somebody knows about a person."""
    with Identities.open(home) as identities:
        (sealed,) = identities.seal([query[:LONGEST]])
    facts: Facts = {
        "sha256": hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest(),
        "length": len(query),
        "text": sealed or "",
    }
    return Ledger(home).append("cypher.ask", actor=actor, facts=facts)


def _rows(home: Home, query: str) -> list[dict[str, object]]:
    """Up to one row more than is handed over, read by a process that may die of them."""
    command = [sys.executable, "-m", "graph.console_read", str(home.root), str(TIMEOUT), str(ROWS + 1)]
    try:
        done = subprocess.run(command, input=query, capture_output=True, text=True, timeout=TIMEOUT + STARTING, check=False)
    except subprocess.TimeoutExpired:
        raise QueryTooLong("the answer did not end", f"one within {TIMEOUT:g} s", "ask for less: a key, a date range, LIMIT") from None
    match done.returncode:
        case 0:
            rows: list[dict[str, object]] = json.loads(done.stdout)
            return rows
        case console_read.TOO_LONG:
            raise QueryTooLong(done.stdout, "an answer in time", "ask for less: a key, a date range, LIMIT")
        case console_read.REFUSED:
            raise WrongUse(done.stdout)
        case _:
            raise WrongUse("an answer larger than it may be", f"{console_read.MEMORY >> 20} MB", "ask for less: counts, LIMIT")


def _judge_text(query: str, actor: Actor) -> None:
    if actor.role not in MAY_ASK:
        raise WrongUse(f"the role {actor.role}", f"one of {', '.join(sorted(MAY_ASK))}", "ask an analyst")
    if not query or len(query) > LONGEST:
        raise WrongUse(f"a query of {len(query)} characters", f"1 to {LONGEST}")
    if unseen := _UNSEEN.search(query):
        raise WrongUse(f"the character or escape {unseen[0]!r}", "letters, signs, blanks and line ends", "type the character itself")
    words = _QUIET.sub(lambda found: " " if found[1] else "``", query)
    if outside := _OUTSIDE.search(words):
        raise WrongUse(outside[0], "a query that reads this graph and nothing else")
    for name in _CALLS.findall(words):
        if name not in PROCEDURES:
            raise WrongUse(f"the procedure {name or 'with a quoted name'}", f"one of {', '.join(sorted(PROCEDURES))}")


def _judge_plan(plan: Plan | None) -> None:
    """Every step reads, every procedure is listed; a query without a plan does not run."""
    if plan is None or plan.kind != "r":
        raise WrongUse("a query that does not only read" if plan else "a query without a plan", "MATCH ... RETURN ...")
    for operator, details in plan.steps:
        if operator not in OPERATORS:
            raise WrongUse(f"the step {operator}", "steps that read the graph and nothing else")
        if operator == "ProcedureCall" and details.partition("(")[0].strip() not in PROCEDURES:
            raise WrongUse(f"the procedure {details.partition('(')[0]}", f"one of {', '.join(sorted(PROCEDURES))}")


def nodes_in(answer: Answer) -> Iterator[Mapping[str, object]]:
    """Every node of the answer, as `store.plain` writes it."""
    pending: list[object] = [*answer.rows]
    while pending:
        value = pending.pop()
        if isinstance(value, Mapping):
            if "_labels" in value:
                yield value
            else:
                pending += value.values()
        elif isinstance(value, list):
            pending += value
