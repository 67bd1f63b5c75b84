"""The declarations agree with the contract, with each other and with the projections made from them."""

from __future__ import annotations

import re

import duckdb
import pytest

from graph.book import connect
from graph.contract import CONTRACT
from graph.home import Home
from graph.nodes import NODES
from graph.rels import RELS
from graph.schema import NodeType, Prop, RelType, caption_fields, tail
from graph.schema_page import page
from graph.statements import ddl, merge_node, merge_rel, node_header, rel_header, rels_at
from ingest import projection
from ingest.projection import KINDS, Settings, name_of

ALL_PROPS = [(owner, prop) for kinds in (NODES, RELS) for owner, kind in kinds.items() for prop in kind.props]


@pytest.mark.parametrize(("owner", "prop"), ALL_PROPS, ids=lambda value: value if isinstance(value, str) else value.name)
def test_a_code_list_that_a_property_names_exists(owner: str, prop: Prop) -> None:
    assert prop.codes is None or prop.codes in CONTRACT.codes


@pytest.mark.parametrize("node", NODES.values(), ids=lambda node: node.label)
def test_a_caption_uses_declared_properties_and_falls_back_to_the_key(node: NodeType) -> None:
    known = {node.key.name, *(prop.name for prop in node.props)}
    assert set(caption_fields(node.caption)) <= known
    assert node.caption_of({node.key.name: "k" * 40}) in (tail("k" * 40), "k" * 40)


def test_a_caption_prints_money_and_days() -> None:
    values = {"setl_id": "T1", "fund_pay_fen": 123_456, "setl_time": "2025-07-05T09:30:00"}
    assert NODES["Settlement"].caption_of(values) == "1,234.56 元 · 2025-07-05"


@pytest.mark.parametrize("rel", RELS.values(), ids=lambda rel: rel.name)
def test_a_relationship_joins_declared_nodes_by_distinct_properties(rel: RelType) -> None:
    assert {label for pair in rel.ends for label in pair} <= set(NODES)
    assert len(set(rel.ends)) == len(rel.ends)
    assert rel.apart is None or rel.apart in {prop.name for prop in rel.props}


def test_no_property_can_hold_a_clear_identity() -> None:
    held = {column.name for table in CONTRACT for column in table.columns.values() if column.identity}
    assert not [(owner, prop.name) for owner, prop in ALL_PROPS if prop.name in held]


def test_every_label_has_a_unique_key_and_indexed_properties_have_an_index() -> None:
    text = "\n".join(ddl())
    assert text.count("IS UNIQUE") == len(NODES)
    assert "FOR (n:Settlement) ON (n.`setl_time`)" in text


def test_headers_and_statements_come_from_the_declaration() -> None:
    settlement = "setl_id:ID(Settlement),setl_time:localdatetime,med_type:string,fund_pay_fen:long,refunded:boolean"
    assert node_header(NODES["Settlement"]) == settlement
    assert node_header(NODES["Institution"]).endswith(":LABEL")
    assert rel_header(RELS["BILLED"], "Settlement", "Drug") == ":START_ID(Settlement),:END_ID(Drug),lines:long,cnt:double,amount_fen:long"
    assert merge_node(NODES["Face"]) == "MERGE (n:Face {`template_id`: row.k})"
    assert "{`month`: row.`month`}" in merge_rel(RELS["BILLED_IN_MONTH"], "Doctor", "Drug")


def test_a_label_knows_what_may_touch_it() -> None:
    touching = {(rel.name, out) for rel, out in rels_at("Phone")}
    assert touching == {("HAS_PHONE", False), ("ABOUT", False), ("HAS_MEMBER", False)}


def test_an_empty_book_gives_every_type_its_columns_and_no_row(home: Home) -> None:
    with connect(home) as db:
        projection.project(db, home, home.root / "out", Settings())
    for kind in KINDS:
        found = duckdb.sql(f"FROM read_parquet('{projection.folder(home.root / 'out', kind)}/*.parquet')")
        assert found.columns == projection.columns(kind), name_of(kind)
        assert found.fetchall() == []


def test_the_page_names_every_type_and_every_pattern() -> None:
    text = page()
    assert all(f"### {name} " in text for name in (*NODES, *RELS))
    assert "`(:Settlement)-[:BILLED]->(:Drug|ServiceItem|Consumable)`" in text
    assert not re.search(r"\bNone\b", text)
