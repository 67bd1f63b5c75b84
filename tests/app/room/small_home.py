"""A small city by hand, and the leads that the real roll-up makes of three hand-made findings: enough for every page of the room."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from app.leads.folder import Scope, new_run
from app.leads.run import make_leads
from graph import book
from graph.home import Home
from graph.identity import Identities
from kg.evidence import resolve
from tests.books import make_book

RUN = "20260301T080000000-0000abcd"
EVIL = "仁<script>alert(1)</script>堂药店"
"""A name that tries to run on the page."""
RARE = "䶮"
"""A given name that ordinary font files lack."""
START = datetime(2026, 1, 5, 9)


@dataclass(frozen=True)
class Cited:
    """One hand-made finding and the rows it cites."""

    rule: str
    pattern: str
    level: str
    subject: tuple[str, str]
    rows: Sequence[tuple[str, Mapping[str, str], int]]
    """(table, key, fen)"""
    members: Sequence[Mapping[str, str]] = ()
    prior: float = 0.8
    hours: float = 3.0
    checks: Sequence[str] = ("family_proxy", "refund_or_retry")


def build(home: Home, persons: int = 220) -> Home:
    """Write the book, the identities and one run."""
    home.make()
    make_book(home, tables(home, persons), delivery="2026-02")
    with new_run(home, RUN) as folder:
        _findings(home, folder, findings(persons))
        make_leads(home, folder, RUN, Scope(), started=START)
    return home


def tables(home: Home, persons: int) -> dict[str, list[dict[str, object]]]:
    """The book: a hospital with stays, twelve pharmacies that buy boxes from each other's customers."""
    names = [
        f"{'赵钱孙李周吴郑王冯陈'[n % 10]}{'小建秀国德'[n % 5]}{RARE if n == 0 else '芳兰华英平'[n // 10 % 5]}" for n in range(persons)
    ]
    staff = ["廖志贵", "吴敏慧"]
    with Identities.open(home) as identities:
        of_persons, of_staff = identities.register("name", names), identities.register("name", staff)
    visits = list(_visits(persons))
    return {
        "fixmedins_b": [*_places()],
        "medstff_b": [
            {"stff_code": f"D{n}", "fixmedins_code": "H0", "stff_name_h": h, "begndate": date(2020, 1, 1)} for n, h in enumerate(of_staff)
        ],
        "psn_b": [{"psn_no": f"P{n:04}", "psn_name_h": h, "gend": "1", "family_id": f"F{n}"} for n, h in enumerate(of_persons)],
        "mdtrt_d": [
            {
                "mdtrt_id": v,
                "psn_no": p,
                "fixmedins_code": at,
                "vali_flag": "1",
                "med_type": "21" if at == "H0" else "41",
                "begntime": when,
                "endtime": when + timedelta(days=4),
            }
            for v, p, at, when in visits
        ],
        "setl_d": [
            {
                "setl_id": f"S{v}",
                "mdtrt_id": v,
                "psn_no": p,
                "fixmedins_code": at,
                "medfee_sumamt": 30_000,
                "fund_pay_sumamt": 21_000,
                "acct_pay": 3_000,
                "vali_flag": "1",
                "setl_time": when,
            }
            for v, p, at, when in visits
        ],
        "fee_list_d": [
            {
                "mdtrt_id": v,
                "bkkp_sn": "1",
                "setl_id": f"S{v}",
                "psn_no": p,
                "fixmedins_code": at,
                "med_list_codg": "XC07AAB",
                "medins_list_name": "阿托伐他汀钙片",
                "cnt": 2,
                "pric": 93.1,
                "det_item_fee_sumamt": 18_620,
                "inscp_amt": 18_620,
                "vali_flag": "1",
                "fee_ocur_time": when,
                "bilg_dr_code": "D0",
            }
            for v, p, at, when in visits
        ],
        "selinfo_3505": [
            {
                "row_id": f"sale-{v}",
                "fixmedins_code": at,
                "med_list_codg": "XC07AAB",
                "sel_retn_cnt": 1,
                "sel_retn_time": when,
                "mdtrt_setl_type": "1",
                "psn_no": p,
                "drug_trac_codg": f"8134507007919{n // 2:07}",
            }
            for n, (v, p, at, when) in enumerate(visits)
            if at != "H0"
        ],
    }


def _places() -> Iterator[dict[str, object]]:
    yield {
        "fixmedins_code": "H0",
        "fixmedins_name": "河口县康宁医院",
        "fixmedins_type": "1",
        "medins_kind": "hospital",
        "begndate": date(2020, 1, 1),
    }
    for n in range(12):
        name = EVIL if n == 0 else f"康泽大药房{'东南西北中安宁和平顺昌盛'[n]}门店"
        yield {
            "fixmedins_code": f"Y{n:02}",
            "fixmedins_name": name,
            "fixmedins_type": "2",
            "medins_kind": "pharmacy",
            "begndate": date(2020, 1, 1),
        }


def _visits(persons: int) -> Iterator[tuple[str, str, str, datetime]]:
    """Each person buys at three pharmacies, no two persons at the same three; the first twenty also stay in hospital."""
    triples = list(itertools.combinations(range(12), 3))
    for n in range(persons):
        for k, place in enumerate(triples[n % len(triples)]):
            yield f"V{n:04}{k}", f"P{n:04}", f"Y{place:02}", START + timedelta(hours=7 * n + k)
        if n < 20:
            yield f"V{n:04}H", f"P{n:04}", "H0", START + timedelta(days=n)


def findings(persons: int) -> list[Cited]:
    """A ring that resells boxes, a hospital of empty beds, a pharmacy that charges twice."""
    stays = [("fee_list_d", {"mdtrt_id": f"V{n:04}H", "bkkp_sn": "1"}, 18_620) for n in range(20)]
    buys = [("fee_list_d", {"mdtrt_id": v, "bkkp_sn": "1"}, 18_620) for v, _, at, _ in _visits(persons) if at != "H0"]
    sales = [("selinfo_3505", {"row_id": f"sale-{v}"}, 0) for v, _, at, _ in _visits(persons) if at != "H0"]
    ring = [
        {"type": "patient", "id": "P0000", "role": "collector"},
        {"type": "patient", "id": "P0001", "role": "victim"},
        {"type": "institution", "id": "Y00", "role": "seller"},
    ]
    return [
        Cited("trace_code_sold_in_two_places", "reflux_drug", "suspicious", ("ring", "r1"), [*buys, *sales], ring, prior=0.85, hours=16),
        Cited(
            "bed_without_patient",
            "phantom_bed",
            "suspicious",
            ("institution", "H0"),
            stays,
            prior=0.7,
            hours=6,
            checks=("planned_cycle", "feed_missing"),
        ),
        Cited("one_till_many_cards", "card_collecting", "suspicious", ("ring", "r2"), buys[::9], _hands(persons), prior=0.6, hours=24),
        Cited("line_charged_twice", "duplicate_charge", "clear_violation", ("institution", "Y00"), buys[:3], prior=0.9, hours=2),
    ]


def _hands(persons: int) -> list[dict[str, str]]:
    """Two hundred named members: a crowd that the picture may not fold."""
    return [{"type": "patient", "id": f"P{n:04}", "role": "participant"} for n in range(min(persons, 200))]


def _findings(home: Home, folder: Path, cited: Sequence[Cited]) -> None:
    """findings.parquet and evidence.parquet, in the shape the rule engine writes."""
    rows = [
        {"finding_id": f"f{n}", "source_table": table, "key": json.dumps(key), "amount_fen": fen}
        for n, finding in enumerate(cited)
        for table, key, fen in finding.rows
    ]
    with book.connect(home, memory="256MB") as connection:
        connection.register("cited_frame", pl.DataFrame(rows))
        resolve(connection, "cited_frame", "resolved")
        connection.execute(f"COPY resolved TO '{folder / 'evidence.parquet'}' (FORMAT parquet)")
        days = {
            f: (a, b, n)
            for f, a, b, n in connection.execute("SELECT finding_id, min(day), max(day), count(*) FROM resolved GROUP BY ALL").fetchall()
        }
    made = [
        {
            "finding_id": f"f{n}",
            "rule_id": c.rule,
            "rule_version": 1,
            "pattern": c.pattern,
            "level": c.level,
            "subject_type": c.subject[0],
            "subject_id": c.subject[1],
            "amount_fen": sum(fen for table, _, fen in c.rows if table == "fee_list_d"),
            "estimate_fen": None,
            "facts": "{}",
            "prior": c.prior,
            "work_hours": c.hours,
            "benign_checks": list(c.checks),
            "period_from": days[f"f{n}"][0],
            "period_to": days[f"f{n}"][1],
            "evidence_rows": days[f"f{n}"][2],
            "members": json.dumps(list(c.members)) if c.members else None,
            "run_id": RUN,
        }
        for n, c in enumerate(cited)
    ]
    schema = {"estimate_fen": pl.Int64, "members": pl.String, "evidence_rows": pl.Int32, "rule_version": pl.Int32}
    with duckdb.connect() as db:
        db.register("made", pl.DataFrame(made, schema_overrides=schema))
        db.execute(f"COPY made TO '{folder / 'findings.parquet'}' (FORMAT parquet)")
