"""The points of the library stand in the graph, tied to the items that they limit and that the book knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from graph.home import Home
from graph.store import Store
from ingest.load import load_graph
from kg.knowledge.loading import load
from tests.books import make_book

ITEM, PART, NOBODY = "001102000050000", "001109000010000", "XG01AFK079A008010100787"
TIED = """
MATCH (p:KnowledgePoint) OPTIONAL MATCH (i)-[:LIMITED_BY]->(p)
RETURN p.point_id AS id, p.rule_id AS rule, p.source AS source, collect(i.med_list_codg) AS items ORDER BY id"""


@pytest.fixture
def billed(neo4j_home: Home) -> Home:
    line = {"mdtrt_id": "M1", "psn_no": "P1", "fixmedins_code": "H1", "cnt": 1, "det_item_fee_sumamt": 1_000, "vali_flag": "1"}
    make_book(
        neo4j_home, {"fee_list_d": [{**line, "bkkp_sn": "1", "med_list_codg": ITEM}, {**line, "bkkp_sn": "2", "med_list_codg": PART}]}
    )
    return neo4j_home


def own_point(folder: Path, **columns: str) -> Path:
    path = folder / "kb_point.csv"
    with duckdb.connect() as db:
        listed = ", ".join(f"'{value}' AS \"{name}\"" for name, value in columns.items())
        db.execute(f"COPY (SELECT {listed}) TO '{path}' (HEADER)")
    return path


def tied(home: Home) -> dict[str, Mapping[str, object]]:
    with Store.open(home) as store:
        return {str(row["id"]): row for row in store.read(TIED)}


def test_carried_points_limit_the_items_of_the_book(billed: Home) -> None:
    load_graph(billed, mode="delta")

    point = tied(billed)[f"service_daily_frequency_exceeded:{ITEM}"]
    assert point["items"] == [ITEM]
    assert point["source"] == "batch08-service-frequency.xlsx row 3"
    assert not [name for name in tied(billed) if NOBODY in name]  # nobody bills it


def test_another_library_is_another_graph(billed: Home, tmp_path: Path) -> None:
    load_graph(billed, mode="delta")
    load(billed, own_point(tmp_path, rule_kind="service_duplicate_pair", subject_code=ITEM, pair_code=PART, window="day"))

    assert load_graph(billed, mode="delta").mode == "delta"
    assert set(tied(billed)[f"service_duplicate_pair:{ITEM}:{PART}"]["items"]) == {ITEM, PART}  # type: ignore[call-overload]
    assert load_graph(billed).mode == "none"
