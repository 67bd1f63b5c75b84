"""Law of the house: no name, certificate, phone, address or account stands in clear in what a home keeps."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import polars as pl
import pytest

from graph.contract import CONTRACT
from graph.home import Home
from graph.identity import Identities
from graph.ledger import Actor
from graph.store import Store
from tests.search import Hit, planted, search_home

PEOPLE = """psn_no,psn_name,certno,tel,addr,bank_acct
P1,欧阳建国,11010519491231002X,13812342207,石桥镇幸福村三组8号,6222021301123456789
P2,,,,,
"""
CLEAR = {"欧阳建国", "11010519491231002X", "13812342207", "石桥镇幸福村三组8号", "6222021301123456789"}


@pytest.fixture
def home(tmp_path, monkeypatch) -> Home:
    monkeypatch.setenv("RINGSCOPE_KEYS", str(tmp_path / "keys"))
    return Home(tmp_path / "home").make()


@pytest.fixture
def delivery(tmp_path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "psn_b.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path / "data"


def test_what_was_planted_is_read_from_the_delivery(delivery):
    found = planted(delivery)
    assert found.keys() == {"name", "certificate", "phone", "address", "account"}
    assert set().union(*found.values()) == CLEAR


@pytest.mark.parametrize(
    "where", ["book/psn_b/month=000000/a.parquet", "deliveries/d/psn_b.csv.gz", "logs/ringscope.log", "identity/x.sqlite", "gb.csv"]
)
@pytest.mark.parametrize("value", sorted(CLEAR))
def test_the_search_finds_a_value_wherever_it_hides(home, tmp_path, where, value):
    path = home.root / where
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pl.DataFrame({"row": [1, 2], "text": [None, value]}).write_parquet(path)
    elif path.suffix == ".gz":
        path.write_bytes(gzip.compress(f"a,{value},b\n".encode()))
    elif path.suffix == ".sqlite":
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE t AS SELECT ? AS c", (value,))
        database.close()
    else:
        path.write_text(f"seen {value}\n", encoding="gb18030" if "gb" in where else "utf-8")
    assert {hit.value for hit in search_home(home, CLEAR, tmp_path / "scratch", graph=False)} == {value}


def test_the_search_reads_every_string_of_the_graph(neo4j_home, tmp_path):
    with Store.open(neo4j_home) as store:
        store.write(
            "CREATE (a:SearchedNode {one: row.name, many: ['x', row.phone]})-[:SEARCHED {note: row.address}]->(:SearchedNode)",
            [{"name": "欧阳建国", "phone": "13812342207", "address": "石桥镇幸福村三组8号"}],
        )
        try:
            hits = search_home(neo4j_home, CLEAR, tmp_path / "scratch")
        finally:
            store.write("MATCH (n:SearchedNode) DETACH DELETE n", [{}])
    assert {h.value for h in hits if h.place == "decoded/graph.txt"} == {"欧阳建国", "13812342207", "石桥镇幸福村三组8号"}


def test_registered_masked_and_revealed_nothing_is_found(home, delivery, tmp_path):
    with Identities.open(home) as identities:
        for kind in ("name", "certificate", "phone", "address", "account"):
            (h,) = identities.register(kind, sorted(planted(delivery)[kind]))
            identities.reveal(kind, h, subject="P1", reason="核对住院记录", actor=Actor("wang"))
            identities.search(kind, sorted(planted(delivery)[kind])[0], actor=Actor("wang"))
    assert search_home(home, CLEAR, tmp_path / "scratch", graph=False) == []


def test_every_column_that_may_name_a_person_is_declared_an_identity():
    """A person's name, number, phone, address or account under its usual column names; public names of shops and firms stay."""
    public = {"fixmedins_name", "emp_name", "spler_name"}
    personal = (
        "certno",
        "tel",
        "addr",
        "bank_acct",
        "psn_name",
        "coner_name",
        "stff_name",
        "legrep_name",
        "_dr_name",
        "opter_name",
        "phar_name",
    )
    forgotten = [
        f"{table.name}.{column.name}"
        for table in CONTRACT
        for column in table.columns.values()
        if column.name.endswith(personal) and column.name not in public and column.identity is None
    ]
    assert forgotten == []


def test_a_hit_says_where(home, tmp_path):
    (home.root / "notes.txt").write_text("13812342207", encoding="utf-8")
    assert search_home(home, CLEAR, tmp_path / "scratch", graph=False) == [Hit(str(home.root / "notes.txt"), "13812342207")]
