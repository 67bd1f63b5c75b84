"""The analyst's console on a real server: what reads is answered; three hundred hostile texts change nothing, and each is in the ledger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph import console
from graph.console import ask, nodes_in
from graph.errors import WrongUse
from graph.home import Home
from graph.identity import Identities
from graph.ledger import Actor, Ledger
from graph.store import QueryTooLong, Store

ANN = Actor("ann")

WRITES = (
    "CREATE (n:Hostile) RETURN n", "MERGE (n:Console {id: 99}) RETURN n", "MATCH (n:Console) SET n.id = 7 RETURN n",
    "MATCH (n:Console) REMOVE n.id RETURN n", "MATCH (n:Console) DETACH DELETE n", "MATCH (n:Console) DELETE n RETURN 1",
    "MATCH (n:Console) FOREACH (x IN [1] | SET n.id = x)", "CALL () { CREATE (:Hostile) } RETURN 1",
    "UNWIND [1] AS x CALL (x) { CREATE (:Hostile {x: x}) } IN TRANSACTIONS RETURN x",
    "MATCH (n:Console) CALL (n) { SET n.id = 8 } IN 2 CONCURRENT TRANSACTIONS RETURN 1", "MATCH (n:Console) SET n:Hostile RETURN n",
)  # fmt: skip
SCHEMA = (
    "CREATE INDEX hostile FOR (n:Console) ON (n.id)", "CREATE CONSTRAINT hostile FOR (n:Console) REQUIRE n.id IS UNIQUE",
    "DROP INDEX hostile IF EXISTS", "CREATE USER bob SET PASSWORD 'hostile-password'", "DROP USER neo4j", "STOP DATABASE neo4j",
    "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'bbbbbbbb'", "SHOW USERS", "SHOW SETTINGS", "SHOW TRANSACTIONS",
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'", "SHOW PROCEDURES", "USE system MATCH (n) RETURN n",
)  # fmt: skip
CALLED = (
    "CALL dbms.listConfig() YIELD name RETURN name", "CALL dbms.listConfig()", "CALL `dbms`.`listConfig`()", "CALL dbms.queryJmx('*:*')",
    "CALL db.clearQueryCaches()", "CALL tx.setMetaData({a: 1})", "CALL db.createLabel('Hostile')", "CALL dbms.killConnection('bolt-1')",
    "MATCH (n:Console) WHERE EXISTS { CALL dbms.listConfig() YIELD name RETURN name } RETURN n",
    "RETURN [x IN [1] | COLLECT { CALL dbms.listConfig() YIELD name RETURN name }] AS a",
)  # fmt: skip
FILES = (
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line", "LOAD CSV FROM 'http://127.0.0.1/x' AS line RETURN line",
    "RETURN CASE WHEN true THEN COUNT { LOAD CSV FROM 'file:///x' AS l RETURN l } ELSE 0 END AS a",
    "RETURN [x IN [1] WHERE EXISTS { LOAD CSV WITH HEADERS FROM 'file:///x' AS l RETURN l }] AS a",
)  # fmt: skip
TWO = ("RETURN 1; MATCH (n) DETACH DELETE n", "RETURN 1 } CREATE (:Hostile) //", "EXPLAIN CREATE (:Hostile)", "PROFILE CREATE (:Hostile)")
DISGUISES = (
    lambda text: text,
    str.swapcase,
    lambda text: f"// RETURN 1\n{text}",
    lambda text: text.replace(" ", " /* RETURN 1 */ "),
    lambda text: f"/* '\n */ {text} // '",
    lambda text: f"// harmless\r{text}",
    lambda text: f"\\u{ord(text[0]):04x}{text[1:]}",
    lambda text: f"CYPHER runtime=slotted {text}",
)
HOSTILE = [disguise(text) for text in (*WRITES, *SCHEMA, *CALLED, *FILES, *TWO) for disguise in DISGUISES]
ENDLESS = (
    "UNWIND range(1, 1000000000) AS x RETURN sum(x % 7) AS s",
    "RETURN range(1, 1000000000) AS r",
    f"WITH [1, 2] AS a {' '.join(['WITH a + a AS a'] * 30)} RETURN {{deep: a}} AS a",
)


@pytest.fixture(scope="module")
def store(neo4j_home: Home) -> Iterator[Store]:
    with Store.open(neo4j_home) as opened:
        opened.write("CREATE (:Console {id: row.id})-[:NEXT]->(:Console {id: row.id + 1})", [{"id": 1}])
        yield opened
        opened.write("MATCH (n:Console) WHERE row.x DETACH DELETE n", [{"x": True}])


def everything(store: Store) -> list[object]:
    """What a hostile text could have changed."""
    return [
        store.read("MATCH (n) RETURN labels(n) AS l, properties(n) AS p, [(n)-[r]->() | type(r)] AS r ORDER BY elementId(n)"),
        *(store.read(f"SHOW {what} YIELD *") for what in ("CONSTRAINTS", "USERS")),
        store.read("SHOW INDEXES YIELD name, type, labelsOrTypes, properties"),
    ]


def test_three_hundred_hostile_texts_have_no_effect_and_all_are_logged(neo4j_home: Home, store: Store) -> None:
    before, ledger = everything(store), Ledger(neo4j_home)
    first = ledger.append("test", actor=ANN)
    for text in HOSTILE:
        with pytest.raises(WrongUse):
            ask(neo4j_home, store, text, actor=ANN)

    assert len(HOSTILE) >= 300
    assert everything(store) == before
    entries = ledger.tail(2 * len(HOSTILE))
    assert entries[0]["n"] == first + 1
    assert [entry["action"] for entry in entries] == ["cypher.ask", "cypher.refused"] * len(HOSTILE)


@pytest.mark.parametrize("text", ENDLESS)
def test_what_never_ends_is_ended(neo4j_home: Home, store: Store, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "TIMEOUT", 2.0)
    with pytest.raises((QueryTooLong, WrongUse)):
        ask(neo4j_home, store, text, actor=ANN)

    assert store.is_up()
    assert Ledger(neo4j_home).tail(1)[0]["action"] == "cypher.refused"


def test_what_reads_is_answered_and_words_in_texts_are_no_commands(neo4j_home: Home, store: Store) -> None:
    answer = ask(neo4j_home, store, "MATCH p = (a:Console {id: 1})-->(b) // LOAD CSV\nRETURN p, 'CALL dbms.x()' AS said", actor=ANN)

    assert answer.rows[0]["said"] == "CALL dbms.x()"
    assert sorted(str(node["id"]) for node in nodes_in(answer)) == ["1", "2"]
    assert ask(neo4j_home, store, "CALL db.labels() YIELD label RETURN count(*) AS n", actor=ANN).rows
    assert Ledger(neo4j_home).tail(1)[0]["action"] == "cypher.answered"


def test_more_rows_than_a_page_holds_are_said_to_be_there(neo4j_home: Home, store: Store) -> None:
    answer = ask(neo4j_home, store, f"UNWIND range(1, {console.ROWS + 9}) AS n RETURN n", actor=ANN)

    assert (len(answer.rows), answer.more) == (console.ROWS, True)
    assert not ask(neo4j_home, store, "RETURN 1 AS n", actor=ANN).more


def test_the_ledger_keeps_the_text_sealed(neo4j_home: Home, store: Store) -> None:
    ask(neo4j_home, store, "RETURN '张建国' AS n", actor=ANN)
    entry = Ledger(neo4j_home).tail(2)[0]

    assert "张建国" not in str(entry)
    with Identities.open(neo4j_home) as identities:
        assert identities.unseal([entry["facts"]["text"]]) == ["RETURN '张建国' AS n"]


def test_only_an_analyst_asks(neo4j_home: Home, store: Store) -> None:
    with pytest.raises(WrongUse, match="the role reader"):
        ask(neo4j_home, store, "RETURN 1", actor=Actor("eve", "reader"))
