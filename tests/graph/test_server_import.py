"""Whole graphs swapped in, and the old one standing when that fails."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.errors import EnvironmentAtFault, InputAtFault
from graph.home import Home
from graph.server import FileGroup, ImportFiles, Server
from graph.store import Store


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("import") / "home")
    yield home
    Server(home).stop()


def group(folder: Path, name: str, header: str, *parts: str) -> FileGroup:
    """Files of one header; a part that begins with `gz:` is packed."""
    head = folder / f"{name}.header.csv"
    head.write_text(header + "\n")
    paths = []
    for number, text in enumerate(parts):
        packed = text.startswith("gz:")
        path = folder / f"{name}.{number}.csv{'.gz' if packed else ''}"
        path.write_bytes(gzip.compress(text[3:].encode()) if packed else text.encode())
        paths.append(path)
    return FileGroup(head, paths, name)


def graph_of(folder: Path, people: int, had: str = "P0,E0\nP1,E1\n") -> ImportFiles:
    return ImportFiles(
        nodes=[
            group(folder, "Patient", "psn_no:ID(Patient),surname", "".join(f"P{n},张\n" for n in range(people)), "gz:P90,李\n"),
            group(folder, "Encounter", "mdtrt_id:ID(Encounter),fee:long", "E0,100\nE1,-5\n"),
        ],
        rels=[group(folder, "HAD", ":START_ID(Patient),:END_ID(Encounter)", had)],
    )


def count(home: Home, what: str) -> object:
    with Store.open(home) as store:
        return store.read(f"MATCH {what} RETURN count(*) AS n")[0]["n"]


def test_a_graph_is_swapped_in_and_swapped_again(site: Home, tmp_path: Path) -> None:
    Server(site).import_full(graph_of(tmp_path, people=2))
    first = Server(site).status()
    with Store.open(site) as store:
        store.write("CREATE (:Old)", [{}])
        fee = store.read("MATCH (:Patient {psn_no: 'P1'})-[:HAD]->(e:Encounter) RETURN e.fee AS fee")

    Server(site).import_full(graph_of(tmp_path, people=4))

    assert fee == [{"fee": -5}]
    assert count(site, "(:Patient)") == 5
    assert count(site, "(:Old)") == 0
    assert Server(site).status().port == first.port, "clients find it where it was"
    assert len(list(site.server.glob("data.?"))) == 1


@pytest.mark.parametrize(
    ("had", "told"), [("P0,E7\n", "missing node E7"), ("P0\n", "HAD.0.csv")], ids=["an end that does not exist", "a short row"]
)
def test_a_failed_import_leaves_the_old_graph_and_names_the_fault(site: Home, tmp_path: Path, had: str, told: str) -> None:
    Server(site).start()
    before = count(site, "(n)")

    with pytest.raises(InputAtFault, match=told) as error:
        Server(site).import_full(graph_of(tmp_path, people=3, had=had))

    assert "the old graph still stands" in str(error.value)
    assert count(site, "(n)") == before


def test_an_import_that_would_not_fit_is_not_begun(site: Home, tmp_path: Path) -> None:
    Server(site).start()
    before = count(site, "(n)")

    with pytest.raises(EnvironmentAtFault, match="disk full"):
        Server(site, free=lambda folder: 100 << 20).import_full(graph_of(tmp_path, people=9))

    assert count(site, "(n)") == before
