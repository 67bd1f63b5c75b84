"""The graph follows a correction and a withdrawal by the keys that changed."""

from __future__ import annotations

from pathlib import Path

from graph.home import Home
from graph.store import Store
from ingest.door import ingest
from ingest.load import graph_digest, load_graph
from tests.ingest.deliveries import tables, write


def digest(home: Home) -> object:
    with Store.open(home) as store:
        return graph_digest(store)


def test_the_graph_follows_a_withdrawal(neo4j_home: Home, tmp_path: Path) -> None:
    home, root = Home(tmp_path / "home").make(), tmp_path
    home.server.symlink_to(neo4j_home.server)  # the book is of this test alone: a withdrawal needs the snapshot of every delivery
    ingest(write(root / "first", tables()), home)
    load_graph(home)
    before = digest(home)
    moved = tables()["mdtrt_d"][0] | {"psn_no": "P2", "certno": "", "tel": "13900000001"}
    ingest(write(root / "wrong", {"mdtrt_d": [moved]}, 'kind = "correction"\n'), home, name="wrong")
    assert load_graph(home, mode="delta").changed
    assert digest(home) != before
    ingest(write(root / "out", {}, 'kind = "withdraw"\nwithdraws = "wrong"\n'), home)
    assert load_graph(home, mode="delta").changed
    assert digest(home) == before
