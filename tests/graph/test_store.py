"""The door to Neo4j on a real server: what comes out, what may not go in, and how errors are told."""

from __future__ import annotations

import threading
import time
from datetime import date, datetime

import pytest

from graph.endpoint import Endpoint
from graph.errors import WrongUse
from graph.home import Home
from graph.store import QueryTooLong, ServerGone, Store


@pytest.fixture(scope="module")
def store(neo4j_home: Home) -> Store:
    with Store.open(neo4j_home) as opened:
        yield opened


def test_results_are_plain_values(store: Store) -> None:
    store.write("MERGE (:StorePerson {id: 1})-[:StoreKnows {since: date(row.since)}]->(:StorePerson {id: 2})", [{"since": "2025-07-01"}])

    row = store.read(
        "MATCH path = (a:StorePerson {id: 1})-[k:StoreKnows]->(b) "
        "RETURN a, k, path, [a.id, {deep: b}] AS nested, localdatetime('2025-07-01T08:30:00') AS at"
    )[0]

    assert row["a"] == {"_id": row["a"]["_id"], "_labels": ["StorePerson"], "id": 1}
    assert row["k"]["since"] == date(2025, 7, 1)
    assert row["k"]["_type"] == "StoreKnows"
    assert row["k"]["_start"] == row["a"]["_id"]
    assert [node["id"] for node in row["path"]["nodes"]] == [1, 2]
    assert row["nested"][1]["deep"]["id"] == 2
    assert row["at"] == datetime(2025, 7, 1, 8, 30)


def test_a_read_cannot_write(store: Store) -> None:
    with pytest.raises(WrongUse, match="would write"):
        store.read("CREATE (n:StoreForbidden) RETURN n")

    assert store.read("MATCH (n:StoreForbidden) RETURN count(n) AS n") == [{"n": 0}]


def test_a_read_is_ended_at_its_limit_and_not_tried_again(store: Store) -> None:
    began = time.monotonic()
    with pytest.raises(QueryTooLong, match="time limit"):
        store.read("UNWIND range(1, 1000000000) AS n RETURN sum(n % 7) AS s", timeout=1.0)

    assert time.monotonic() - began < 10


def test_rows_go_in_by_batches(store: Store) -> None:
    sent = store.write("CREATE (:StoreBatch {id: row.id})", ({"id": n} for n in range(25)), batch=10)

    assert sent == 25
    assert store.read("MATCH (b:StoreBatch) RETURN count(b) AS n, sum(b.id) AS s") == [{"n": 25, "s": 300}]


def test_two_writers_that_cross_each_other_both_arrive(store: Store) -> None:
    store.run_schema(["CREATE CONSTRAINT store_crossed IF NOT EXISTS FOR (c:StoreCrossed) REQUIRE c.id IS UNIQUE"])
    ids = [{"id": n} for n in range(200)]
    store.write("MERGE (c:StoreCrossed {id: row.id}) SET c.count = 0", ids)
    count = "MATCH (c:StoreCrossed {id: row.id}) SET c.count = c.count + 1"
    writers = [threading.Thread(target=store.write, args=(count, rows)) for rows in (ids, ids[::-1]) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert store.read("MATCH (c:StoreCrossed) RETURN DISTINCT c.count AS n") == [{"n": 4}]


def test_a_faulty_query_is_quoted_back(store: Store) -> None:
    with pytest.raises(WrongUse, match="SyntaxError"):
        store.read("MATCH (n RETURN n")


def test_a_server_that_is_not_there_is_gone_not_a_traceback() -> None:
    with Store(Endpoint("bolt://127.0.0.1:1", "neo4j", "x")) as nowhere:
        assert not nowhere.is_up()
        with pytest.raises(ServerGone, match="server start"):
            nowhere.read("RETURN 1")


def test_own_server_without_a_password_is_refused(monkeypatch: pytest.MonkeyPatch, home: Home) -> None:
    monkeypatch.setenv("RINGSCOPE_NEO4J_URI", "bolt://127.0.0.1:1")
    monkeypatch.delenv("RINGSCOPE_NEO4J_PASSWORD", raising=False)
    with pytest.raises(WrongUse, match="RINGSCOPE_NEO4J_PASSWORD"):
        Store.open(home)
