"""The door to Neo4j, and the only module that knows its driver.

Reads run in READ transactions with a timeout that the server enforces, and are never retried. Writes go by UNWIND in batches; only
errors that the server itself calls transient are tried again. Results are plain Python values.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import Any, Self

import neo4j
from neo4j import exceptions as fault
from neo4j.graph import Node, Path, Relationship

from graph.endpoint import Endpoint
from graph.errors import EnvironmentAtFault, RingscopeError, WrongUse
from graph.home import Home

MARKER = "RingscopeGraph"
"""Label of the one node that says: this server's graph is ours to write."""
WRITE_TIMEOUT = 600.0
"""Seconds for one batch; a cold server on a slow disk needs more than the server's default of 60."""
TRIES = 5
"""Of one batch that meets transient errors (a deadlock with another writer), 0.1 s apart, doubling."""
NO_ROOM = 64 << 20
"""Bytes: with less than this free, a failing server is taken to be out of disk."""


class ServerGone(EnvironmentAtFault):
    """The server went away in mid-work. `rows_safe` rows of the statement are committed; sending all of them again is harmless."""

    def __init__(self, rows_safe: int | None, detail: str) -> None:
        self.rows_safe = rows_safe
        work = "mid-query" if rows_safe is None else f"mid-load, {rows_safe} rows of this statement are safe"
        super().__init__(
            f"Neo4j went away in {work}: {detail}",
            "a server that answers",
            "ringscope server start, then give the same command again" + ("" if rows_safe is None else ": the load resumes"),
        )


class QueryTooLong(WrongUse):
    """The server ended a read at its time limit."""


@dataclass(frozen=True)
class Plan:
    """What a query would do."""

    kind: str
    """`r` reads, `w` and `rw` write, `s` touches the schema or the server."""
    steps: tuple[tuple[str, str], ...]
    """(operator, its details) of every step that the server shows."""


class Store:
    """One home's graph. Use as a context manager; safe to share between threads."""

    def __init__(self, endpoint: Endpoint, home: Home | None = None) -> None:
        self.endpoint = endpoint
        self._home = home
        self._driver = _driver(endpoint)
        self._claimed = endpoint.kind == "managed"

    @classmethod
    def open(cls, home: Home) -> Self:
        """Connect with the managed server's credentials, or to RINGSCOPE_NEO4J_URI.

        The user's own server is refused when it holds a graph that is not ours: loading into it would mix the two.
        """
        store = cls(Endpoint.of(home), home)
        try:
            store._check_ours()
        except BaseException:
            store.close()
            raise
        return store

    def read(
        self, cypher: str, params: Mapping[str, object] | None = None, *, timeout: float = 30.0, most: int | None = None
    ) -> list[dict[str, object]]:
        """Rows of a query that may not write, at most `most`. `timeout` in seconds, kept by the server.

        Raises QueryTooLong, ServerGone, WrongUse.
        """
        with self._told_plainly(None), self._driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
            result = session.run(neo4j.Query(cypher, timeout=timeout), dict(params or {}))
            return [_row(record) for record in islice(result, most)]

    def plan(self, cypher: str, *, timeout: float = 30.0) -> Plan | None:
        """How the server would run a query, which is not run; None when it has no plan for it."""
        with self._told_plainly(None), self._driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
            summary = session.run(neo4j.Query(f"EXPLAIN {cypher}", timeout=timeout)).consume()
        return Plan(summary.query_type or "", tuple(_steps(summary.plan))) if summary.plan and summary.profile is None else None

    def write(
        self, cypher: str, rows: Iterable[Mapping[str, object]], *, batch: int = 10_000, params: Mapping[str, object] | None = None
    ) -> int:
        """Run the statement once per row, which it sees as `row`; returns how many rows were sent.

        One transaction per batch. Raises ServerGone with the count of rows that are safe.
        """
        self._claim()
        sent, source = 0, iter(rows)
        with self._told_plainly(0), self._driver.session() as session:
            while part := [dict(row) for row in islice(source, batch)]:
                with self._told_plainly(sent):
                    _commit(session, f"UNWIND $rows AS row {cypher}", {**(params or {}), "rows": part})
                sent += len(part)
        return sent

    def run_schema(self, statements: Sequence[str], *, timeout: float = 3600.0) -> None:
        """Constraints and indexes; returns when every index is filled, at most `timeout` seconds later."""
        self._claim()
        with self._told_plainly(None), self._driver.session() as session:
            for statement in statements:
                session.run(neo4j.Query(statement, timeout=timeout)).consume()
            session.run(neo4j.Query("CALL db.awaitIndexes($seconds)", timeout=timeout), seconds=int(timeout)).consume()

    def is_up(self) -> bool:
        """Whether the server answers a query with these credentials."""
        try:
            self.read("RETURN 1", timeout=5.0)
        except RingscopeError:
            return False
        return True

    def close(self) -> None:
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _check_ours(self) -> None:
        if self._claimed:
            return
        if self.read(f"MATCH (m:{MARKER}) RETURN m LIMIT 1"):
            self._claimed = True
        elif self.read("MATCH (n) RETURN 1 LIMIT 1"):
            raise WrongUse(
                f"the server at {self.endpoint.uri} holds a graph that is not Ringscope's",
                f"an empty database, or one with our marker node (:{MARKER})",
                "point RINGSCOPE_NEO4J_URI at an empty database, or unset it to use the managed server",
            )

    def _claim(self) -> None:
        """Put the marker on the user's empty server before the first write."""
        if not self._claimed:
            with self._told_plainly(0), self._driver.session() as session:
                _commit(session, f"MERGE (:{MARKER})", {})
            self._claimed = True

    @contextmanager
    def _told_plainly(self, rows_safe: int | None) -> Iterator[None]:
        """The driver's errors as ours; `rows_safe` is None for reads."""
        try:
            yield
        except (fault.Neo4jError, fault.DriverError) as error:
            raise _ours(error, rows_safe, self.endpoint, self._home) from error


def ping(endpoint: Endpoint) -> bool:
    """Whether a query comes back; False while the server is not ready. Raises EnvironmentAtFault for a wrong password."""
    with _driver(endpoint) as driver:
        try:
            driver.execute_query("RETURN 1", routing_=neo4j.RoutingControl.READ)
        except fault.AuthError as error:
            raise _ours(error, None, endpoint, None) from error
        except (fault.ServiceUnavailable, fault.SessionExpired, fault.TransientError, fault.ClientError, fault.DatabaseError):
            return False
    return True


def plain(value: object) -> object:
    """A value as Python and JSON know it.

    A node becomes its properties with `_id` and `_labels`; a relationship with `_id`, `_type`, `_start`, `_end`; a path `{nodes, rels}`.
    """
    if isinstance(value, Node):
        return {"_id": value.element_id, "_labels": sorted(value.labels), **_properties(value)}
    if isinstance(value, Relationship):
        start, end = (node.element_id if node else None for node in (value.start_node, value.end_node))
        return {"_id": value.element_id, "_type": value.type, "_start": start, "_end": end, **_properties(value)}
    if isinstance(value, Path):
        return {"nodes": [plain(node) for node in value.nodes], "rels": [plain(rel) for rel in value.relationships]}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    to_native = getattr(value, "to_native", None)
    return to_native() if to_native else value


def _steps(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield plan["operatorType"].partition("@")[0], str(plan.get("args", {}).get("Details", ""))
    for child in plan.get("children", ()):
        yield from _steps(child)


def _row(record: neo4j.Record) -> dict[str, object]:
    return {key: plain(record[key]) for key in record.keys()}  # noqa: SIM118  a record iterates over its values


def _properties(entity: Node | Relationship) -> dict[str, object]:
    return {key: plain(value) for key, value in entity.items()}


def _driver(endpoint: Endpoint) -> neo4j.Driver:
    return neo4j.GraphDatabase.driver(
        endpoint.uri,
        auth=(endpoint.user, endpoint.password),
        connection_timeout=5.0,
        connection_acquisition_timeout=30.0,
        # a connection from before a restart is noticed and replaced instead of failing the next query
        liveness_check_timeout=1.0,
        max_transaction_retry_time=0.0,
        notifications_min_severity="OFF",
        telemetry_disabled=True,
    )


def _commit(session: neo4j.Session, cypher: str, params: Mapping[str, object]) -> None:
    """One transaction; transient errors are tried again, a server that is gone is not."""
    for attempt in range(TRIES):
        try:
            with session.begin_transaction(timeout=WRITE_TIMEOUT) as transaction:
                transaction.run(cypher, dict(params)).consume()
                transaction.commit()
            return
        except fault.TransientError as error:
            # too little memory is called transient too, but the same batch needs the same memory again
            if attempt == TRIES - 1 or not error.is_retryable() or "Memory" in (error.code or ""):
                raise
        time.sleep(0.1 * 2**attempt)


def _ours(error: Exception, rows_safe: int | None, endpoint: Endpoint, home: Home | None) -> RingscopeError:
    """What a driver error means to the user."""
    code, message = str(getattr(error, "code", None) or type(error).__name__), str(getattr(error, "message", None) or error)
    if isinstance(error, fault.AuthError):
        return EnvironmentAtFault(
            f"{endpoint.uri} refuses the password of user {endpoint.user} ({code})",
            "the generated password in the home's server/password"
            if endpoint.kind == "managed"
            else "the password in RINGSCOPE_NEO4J_PASSWORD",
            "put the right one there" + ("" if endpoint.kind == "own" else ", or delete the home's server folder and load the graph again"),
        )
    if home and endpoint.kind == "managed" and not code.startswith("Neo.ClientError") and shutil.disk_usage(home.root).free < NO_ROOM:
        return EnvironmentAtFault(
            f"the disk is full ({home.root}); Neo4j says {message}",
            "room for the graph and its logs",
            "free some space, then repeat the command",
        )
    if isinstance(error, (fault.DriverError, fault.SessionExpired)) or "DatabaseUnavailable" in code:
        return ServerGone(rows_safe, message)
    if "TransactionTimedOut" in code:
        return QueryTooLong(f"the query ran into its time limit ({code})", "an answer in time", "ask for less: a key, a date range, LIMIT")
    if "Memory" in code:
        return WrongUse(f"the query needs more memory than it may use ({code})", "", "ask for less, or write in smaller batches")
    if code.endswith("Statement.AccessMode"):
        return WrongUse("the query would write", "a query that only reads", "changes go in by ringscope ingest")
    return WrongUse(f"Neo4j refuses the statement: {code}: {message}")
