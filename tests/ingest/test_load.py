"""The graph equals the book, whichever way it came and however often it was interrupted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime

import pytest

from graph.book import connect
from graph.home import Home
from graph.statements import ddl
from graph.store import Store
from ingest import load_delta
from ingest.load import LoadReport, graph_digest, load_graph
from ingest.projection import Settings, project
from tests.books import Row, make_book

Tables = dict[str, list[Row]]
DRUG, DRUG_2, SERVICE, IMPLANT = "XA01AAA001A001010100001", "XB01BBB002B002010100002", "110200001000000", "C0101010010000100001"


def town() -> Tables:
    """Two patients, a hospital, a pharmacy, one stay, one purchase of two boxes."""
    visit = {"vali_flag": "1", "insu_admdvs": "510100"}
    return {
        "psn_b": [
            {
                "psn_no": "P1",
                "gend": "1",
                "brdy": "1950-02-03",
                "admdvs": "510101",
                "tel_h": "own1",
                "coner_tel_h": "shared",
                "family_id": "F1",
                "addr_h": "home1",
                "addr_area": "某镇",
                "bank_acct_h": "acct1",
                "certno_h": "c1",
                "certno_ok": True,
            },
            {"psn_no": "P2", "gend": "2", "admdvs": "510101", "tel_h": "shared", "addr_h": "home1", "addr_area": "某镇", "family_id": "F1"},
        ],
        "fixmedins_b": [
            {
                "fixmedins_code": "H1",
                "fixmedins_name": "某县医院",
                "fixmedins_type": "1",
                "medins_kind": "hospital",
                "aprv_bed_cnt": 100,
                "tel_h": "desk",
            },
            {"fixmedins_code": "D1", "fixmedins_name": "某药店", "fixmedins_type": "2", "medins_kind": "pharmacy"},
        ],
        "medstff_b": [
            {"stff_code": "S1", "fixmedins_code": "H1", "dept_codg": "03", "dept_name": "内科", "certno_h": "c1", "certno_ok": True},
        ],
        "mdtrt_d": [
            {
                **visit,
                "mdtrt_id": "M1",
                "psn_no": "P1",
                "fixmedins_code": "H1",
                "med_type": "2101",
                "begntime": "2025-07-01 08:00:00",
                "endtime": "2025-07-05 09:00:00",
                "chfpdr_code": "S1",
                "adm_dept_codg": "03",
                "dscg_maindiag_code": "I10",
                "tel_h": "desk",
            },
            {**visit, "mdtrt_id": "M2", "psn_no": "P2", "fixmedins_code": "D1", "med_type": "41", "begntime": "2025-07-02 10:00:00"},
        ],
        "setl_d": [
            {
                "setl_id": "T1",
                "mdtrt_id": "M1",
                "psn_no": "P1",
                "fixmedins_code": "H1",
                "setl_time": "2025-07-05 09:30:00",
                "med_type": "2101",
                "fund_pay_sumamt": 100_000,
                "vali_flag": "1",
                "refd_setl_flag": "0",
                "opter_id": "O1",
            },
            {
                "setl_id": "T2",
                "mdtrt_id": "M2",
                "psn_no": "P2",
                "fixmedins_code": "D1",
                "setl_time": "2025-07-02 10:00:30",
                "med_type": "41",
                "fund_pay_sumamt": 5_000,
                "vali_flag": "1",
            },
        ],
        "fee_list_d": [
            line("M1", "1", SERVICE, 2, 4_000, setl_id="T1", bilg_dr_code="S1"),
            line("M1", "2", SERVICE, 1, 2_000, setl_id="T1", bilg_dr_code="S1"),
            line("M1", "3", IMPLANT, 1, 90_000, setl_id="T1", bilg_dr_code="S9"),
            line("M2", "1", DRUG, 2, 5_000),
        ],
        "setl_list_diag_d": [
            {"setl_list_diag_id": "G1", "mdtrt_id": "M1", "psn_no": "P1", "diag_code": "I10", "diag_name": "高血压", "maindiag_flag": "1"}
        ],
        "purcinfo_3503": [
            {
                "fixmedins_code": "D1",
                "med_list_codg": DRUG,
                "purc_retn_cnt": 2,
                "purc_retn_stoin_time": "2025-06-01 00:00:00",
                "spler_name": "王大有",
                "drug_trac_codg": "81000000000000000001;81000000000000000002",
            },
        ],
        "selinfo_3505": [
            {
                "fixmedins_code": "D1",
                "med_list_codg": DRUG,
                "sel_retn_cnt": 2,
                "sel_retn_time": "2025-07-02 10:00:00",
                "setl_id": "T2",
                "psn_no": "P2",
                "drug_trac_codg": "81000000000000000001;81000000000000000002",
            },
        ],
        "face_check": [
            {
                "check_id": "K1",
                "psn_no": "P1",
                "fixmedins_code": "H1",
                "check_time": "2025-07-01 08:10:00",
                "check_kind": "admission",
                "mdtrt_id": "M1",
                "result": "pass",
                "template_id": "E1",
            },
        ],
    }


def line(visit: str, number: str, item: str, cnt: int, fen: int, **more: object) -> Row:
    where = {"M1": ("P1", "H1"), "M2": ("P2", "D1"), "M3": ("P3", "H1")}[visit]
    return {
        "mdtrt_id": visit,
        "bkkp_sn": number,
        "psn_no": where[0],
        "fixmedins_code": where[1],
        "med_list_codg": item,
        "cnt": cnt,
        "det_item_fee_sumamt": fen,
        "vali_flag": "1",
        "fee_ocur_time": "2025-07-02 10:00:00",
        **more,
    }


def next_month(tables: Tables) -> Tables:
    """Something added, something changed, something gone, in nodes and relationships alike."""
    after = deepcopy(tables)
    after["psn_b"][0] = {**after["psn_b"][0], "tel_h": "new1", "brdy": None}
    after["mdtrt_d"].append(
        {
            "mdtrt_id": "M3",
            "psn_no": "P3",
            "fixmedins_code": "H1",
            "med_type": "11",
            "begntime": datetime(2025, 8, 1, 9, 0, 0),
            "vali_flag": "1",
        }
    )
    after["fee_list_d"] = [*after["fee_list_d"][1:], line("M3", "1", DRUG_2, 1, 700)]
    after["selinfo_3505"] = []
    after["face_check"] = []
    after["fixmedins_b"][0] = {**after["fixmedins_b"][0], "medins_kind": "village_clinic", "aprv_bed_cnt": None}
    return after


@pytest.fixture
def loaded(neo4j_home: Home) -> Home:
    """The town in the graph, written row by row."""
    make_book(neo4j_home, town())
    load_graph(neo4j_home, mode="delta")
    return neo4j_home


def digest(home: Home) -> str:
    with Store.open(home) as store:
        return graph_digest(store)


def ask(home: Home, cypher: str) -> list[Mapping[str, object]]:
    with Store.open(home) as store:
        return list(store.read(cypher))


def test_import_and_changes_give_the_same_graph(loaded: Home) -> None:
    first = digest(loaded)
    make_book(loaded, next_month(town()))
    report = load_graph(loaded, mode="delta")
    by_changes = digest(loaded)
    assert report.mode == "delta"
    assert 0 < report.changed < report.nodes + report.rels
    assert by_changes != first

    assert load_graph(loaded, mode="full").mode == "full"
    assert digest(loaded) == by_changes
    _schema_is_online(loaded)

    make_book(loaded, town())
    load_graph(loaded, mode="delta")
    assert digest(loaded) == first


def test_the_same_book_again_writes_nothing(loaded: Home) -> None:
    assert load_graph(loaded) == LoadReport("none", **_size(loaded), seconds=pytest.approx(0, abs=20))


def _size(home: Home) -> dict[str, int]:
    nodes = ask(home, "MATCH (n) WHERE NOT n:RingscopeGraph RETURN count(n) AS n")[0]["n"]
    return {"nodes": int(str(nodes)), "rels": int(str(ask(home, "MATCH ()-[r]->() RETURN count(r) AS n")[0]["n"]))}


@pytest.mark.parametrize("kill_at", [1, 9])
def test_a_killed_load_is_finished_by_the_next(loaded: Home, monkeypatch: pytest.MonkeyPatch, kill_at: int) -> None:
    make_book(loaded, next_month(town()))
    load_graph(loaded, mode="delta")
    whole = digest(loaded)
    make_book(loaded, town())
    load_graph(loaded, mode="delta")

    make_book(loaded, next_month(town()))
    calls = iter(range(1000))
    honest = Store.write

    def dying(self: Store, cypher: str, rows: list[Row], **more: object) -> int:
        if next(calls) == kill_at:
            raise KeyboardInterrupt
        return honest(self, cypher, rows, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", dying)
        with pytest.raises(KeyboardInterrupt):
            load_graph(loaded, mode="delta")
    assert digest(loaded) != whole
    load_graph(loaded)
    assert digest(loaded) == whole


def test_a_load_killed_before_another_delivery_leaves_nothing_behind(loaded: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = digest(loaded)
    make_book(loaded, next_month(town()))
    with monkeypatch.context() as patch:
        patch.setattr("ingest.load.mark", _killed)
        with pytest.raises(KeyboardInterrupt):
            load_graph(loaded, mode="delta")
    make_book(loaded, town())
    load_graph(loaded, mode="delta")
    assert digest(loaded) == whole


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_graph_that_lost_its_marker_is_loaded_anew(loaded: Home) -> None:
    whole = digest(loaded)
    with Store.open(loaded) as store:
        store.write("MATCH (m:RingscopeGraph) DELETE m", [{}])
        store.write("MATCH (d:Drug) DETACH DELETE d", [{}])
    load_graph(loaded, mode="delta")
    assert digest(loaded) == whole


def test_lines_of_one_settlement_and_item_are_one_edge_with_sums(loaded: Home) -> None:
    rows = ask(
        loaded,
        "MATCH (s:Settlement)-[b:BILLED]->(i) "
        "RETURN s.setl_id AS s, labels(i)[0] AS l, b.lines AS n, b.cnt AS c, b.amount_fen AS fen ORDER BY fen",
    )
    assert [tuple(row.values()) for row in rows] == [
        ("T2", "Drug", 1, 2.0, 5_000),  # found by its visit: the line names no settlement
        ("T1", "ServiceItem", 2, 3.0, 6_000),
        ("T1", "Consumable", 1, 1.0, 90_000),
    ]


def test_a_doctor_known_only_from_a_bill_has_a_node(loaded: Home) -> None:
    at_h1 = "MATCH (d:Doctor)-[w:WORKS_AT]->(:Institution {fixmedins_code: 'H1'})"
    rows = ask(loaded, f"{at_h1} RETURN d.stff_code AS d, w.registered AS r ORDER BY d")
    assert rows == [{"d": "S1", "r": True}, {"d": "S9", "r": False}]


def test_a_box_is_followed_from_the_supplier_to_the_settlement(loaded: Home) -> None:
    rows = ask(
        loaded,
        "MATCH (s:Supplier)-[h:SHIPPED]->(i:Institution)-[b:BOUGHT]->(t:TraceCode)-[o:SOLD_IN]->(x:Settlement), (t)-[:BOX_OF]->(d:Drug) "
        "WHERE b.supplier = s.spler_h "
        "RETURN i.fixmedins_code AS i, h.codes AS n, t.form AS f, x.setl_id AS x, d.med_list_codg AS d, o.returned AS back",
    )
    assert rows == 2 * [{"i": "D1", "n": 2, "f": "trace_platform", "x": "T2", "d": DRUG, "back": False}]


def test_an_institution_wears_its_kind_as_a_label_and_changes_it(loaded: Home) -> None:
    kinds = "MATCH (i:Institution) RETURN i.fixmedins_code AS i, [l IN labels(i) WHERE l <> 'Institution'] AS also ORDER BY i"
    assert ask(loaded, kinds) == [{"i": "D1", "also": ["Pharmacy"]}, {"i": "H1", "also": ["Hospital"]}]
    make_book(loaded, next_month(town()))
    load_graph(loaded, mode="delta")
    assert ask(loaded, kinds) == [{"i": "D1", "also": ["Pharmacy"]}, {"i": "H1", "also": ["Clinic"]}]


def test_a_desk_number_is_a_hub_and_a_family_number_is_not(loaded: Home) -> None:
    rows = ask(loaded, "MATCH (p:Phone) RETURN p.tel_h AS h, p.hub AS hub, p.hub_why AS why ORDER BY h")
    assert rows == [
        {"h": "desk", "hub": True, "why": "desk"},
        {"h": "own1", "hub": False, "why": None},
        {"h": "shared", "hub": False, "why": None},
    ]
    fact = ask(loaded, "MATCH (:Patient {psn_no: 'P1'})-[r:HAS_PHONE]->(:Phone {tel_h: 'desk'}) RETURN r.own AS own")
    assert fact == [{"own": True}], "the fact is kept, only the tie is refused"


@pytest.mark.parametrize(("persons", "areas", "hub"), [(200, 1, False), (201, 1, True), (50, 20, False), (51, 10, False), (51, 11, True)])
def test_a_crowd_is_a_hub_by_size_or_by_spread(home: Home, persons: int, areas: int, hub: bool) -> None:
    make_book(home, {"psn_b": [{"psn_no": f"C{n}", "tel_h": "crowd", "addr_area": f"area{n % areas}"} for n in range(persons)]})
    with connect(home) as db:
        project(db, home, home.root / "out", Settings())
        assert db.execute(f"SELECT hub FROM read_parquet('{home.root}/out/Phone/*.parquet')").fetchall() == [(hub,)]


def test_no_name_is_in_the_graph_or_the_kept_state(loaded: Home) -> None:
    assert ask(loaded, "MATCH (n) WHERE any(k IN keys(n) WHERE toString(n[k]) CONTAINS '王大有') RETURN n") == []
    assert len(str(ask(loaded, "MATCH (s:Supplier) RETURN s.spler_h AS h")[0]["h"])) == 32
    assert not [path for path in (loaded.root / "graph_state").rglob("*") if path.is_file() and "王大有".encode() in path.read_bytes()]


def test_constraints_and_indexes_are_there_and_online(loaded: Home) -> None:
    _schema_is_online(loaded)


def _schema_is_online(loaded: Home) -> None:
    wanted = {re.search(r"(key_|by_)\w+", statement)[0] for statement in ddl()}  # type: ignore[index]
    states = {str(row["name"]): row["state"] for row in ask(loaded, "SHOW INDEXES YIELD name, state")}
    assert wanted <= set(states)
    assert {states[name] for name in wanted} == {"ONLINE"}


def test_aggregated_detail_bills_by_month_and_keeps_nothing_per_settlement(loaded: Home) -> None:
    loaded.config.write_text('[graph]\ndetail = "aggregated"\n', encoding="utf-8")
    try:
        load_graph(loaded, mode="delta")
        assert ask(loaded, "MATCH ()-[b:BILLED]->() RETURN b") == []
        who = "CASE WHEN a:Doctor THEN 'Doctor' ELSE 'Institution' END AS who"
        rows = ask(loaded, f"MATCH (a)-[b:BILLED_IN_MONTH]->(:ServiceItem) RETURN {who}, b.month AS m, b.lines AS n ORDER BY who")
        assert rows == [{"who": "Doctor", "m": 202507, "n": 2}, {"who": "Institution", "m": 202507, "n": 2}]
    finally:
        loaded.config.unlink()


def test_the_digest_sees_a_changed_property_and_a_doubled_relationship(loaded: Home) -> None:
    before = digest(loaded)
    with Store.open(loaded) as store:
        store.write("MATCH (a:Patient {psn_no: 'P1'})-[:LIVES_AT]->(b) CREATE (a)-[:LIVES_AT]->(b)", [{}])
        assert graph_digest(store) != before
        store.write("MATCH (:Patient {psn_no: 'P1'})-[r:LIVES_AT]->() WITH r LIMIT 1 DELETE r", [{}])
        assert graph_digest(store) == before
        store.write("MATCH (p:Patient {psn_no: 'P1'}) SET p.sex = '2'", [{}])
        assert graph_digest(store) != before


def test_change_comparison_counts_added_changed_and_gone(loaded: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[load_delta.Difference] = []
    honest = load_delta.compare
    monkeypatch.setattr(load_delta, "compare", lambda *a: seen.append(honest(*a)) or seen[-1])
    make_book(loaded, next_month(town()))
    load_graph(loaded, mode="delta")
    assert seen[-1].upserts["Patient"] == 2  # P1 changed, P3 new
    assert seen[-1].gone["SOLD_IN"] == 2
    assert seen[-1].gone["FaceCheck"] == 1
    assert "Settlement" not in seen[-1].upserts
