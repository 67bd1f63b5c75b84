"""A ring as an object: who did what, what it cost whom, what became of it, and which leads it joins."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import polars as pl

from app.leads import run
from app.leads.reading import Leads
from graph.home import Home
from tests.app.leads.findings import Hit, line, make_run
from tests.books import make_book
from tests.kg.crimes import person, pharmacy
from tests.kg.facts import Row, many
from tests.kg.test_ring_rules import CARDS, ODD_DAYS, customers, tour

MEMBERS = (("patient", "P1", "participant"), ("patient", "P2", "participant"), ("institution", "S1", "seller"), ("patient", "P3", "victim"))


def group(*, rows: int = 3, members: tuple[tuple[str, str, str], ...] = MEMBERS) -> Hit:
    cited = [line(f"V{n}", fen=100, psn=f"P{n}", at="S1") for n in range(1, rows + 1)]
    return Hit("card_collecting", cited, subject=("ring", "together"), members=members)


def ring(leads: Leads) -> dict[str, object]:
    assert leads.rings().height == 1
    return {
        name: json.loads(value) if isinstance(value, str) and value[:1] in "[{" else value
        for name, value in leads.rings().row(0, named=True).items()
    }


def test_the_loss_is_counted_once_and_parted_among_those_who_touched_each_line(home: Home) -> None:
    found = ring(make_run(home, group()))

    shares = {m["id"]: m["loss_fen"] for m in found["members"]}  # type: ignore[attr-defined]
    assert shares == {"P1": 50, "P2": 50, "S1": 200, "P3": 0}  # the line of a victim falls to the seller alone
    assert sum(shares.values()) == found["amount_fen"] == 300


def test_a_collector_had_a_hand_in_every_line(home: Home) -> None:
    found = ring(make_run(home, group(members=(*MEMBERS[:2], ("phone", "T1", "collector")))))

    assert {m["id"]: m["loss_fen"] for m in found["members"]} == {"P1": 50, "P2": 50, "T1": 200}  # type: ignore[attr-defined]


def test_a_ring_grows_from_run_to_run_and_keeps_its_name(home: Home) -> None:
    first = ring(make_run(home, group()))
    second = ring(make_run(home, group(members=(*MEMBERS, ("patient", "P4", "participant")))))

    assert (first["life"], second["life"]) == ("born", "grown")
    assert second["ring_id"] == first["ring_id"]
    assert second["before"] == [first["ring_id"]]
    assert second["joined"] == ["patient:P4"]


def test_two_rings_that_become_one_are_merged(home: Home) -> None:
    one = replace(group(), subject=("ring", "one"), members=[("patient", f"P{n}", "participant") for n in (1, 2, 3)])
    other = replace(group(rows=6), subject=("ring", "other"), members=[("patient", f"P{n}", "participant") for n in (4, 5, 6)])
    make_run(home, one, other)

    assert ring(make_run(home, replace(other, members=[*one.members, *other.members])))["life"] == "merged"


def test_the_leads_about_its_members_are_joined(home: Home) -> None:
    alone = Hit("over_prescribing", [line("V9", psn="P1")], subject=("patient", "P1"))
    leads = make_run(home, group(), alone)

    assert ring(leads)["leads"] == leads.page({"subject_id": "P1"})["lead_id"].to_list()


def test_a_ring_that_only_rules_found_has_no_p(home: Home) -> None:
    found = ring(make_run(home, group()))

    assert found["p_value"] is None
    assert found["ties"] == []


def test_a_run_without_rings_says_so_with_an_empty_table(home: Home) -> None:
    assert make_run(home, Hit("over_prescribing", [line("V9")], subject=("patient", "P1"))).rings().is_empty()


def test_a_ring_goes_from_the_book_to_its_own_file(home: Home, tmp_path: Path) -> None:
    tables: dict[str, list[Row]] = {}
    for table, columns in many([customers(), pharmacy("P1"), many(map(person, CARDS)), tour(ODD_DAYS)]).rows:
        tables.setdefault(table, []).append(columns)
    make_book(home, tables)

    made = run(home, only="rings")
    leads = Leads.open(home)
    found = ring(leads)
    leads.write_rings("parquet", tmp_path / "rings.parquet")
    leads.write_rings("jsonl", tmp_path / "rings.jsonl")

    assert made.leads == 1
    assert found["p_value"] == 1 / 21
    assert {m["id"] for m in found["members"] if m["reason_en"].endswith("beside the other cards")} == set(CARDS)  # type: ignore[attr-defined]
    assert [source["kind"] for source in found["sources"]] == ["ring"]  # type: ignore[attr-defined]
    assert found["amount_fen"] == sum(m["loss_fen"] for m in found["members"])  # type: ignore[attr-defined]
    assert pl.read_parquet(tmp_path / "rings.parquet").height == 1
    assert json.loads((tmp_path / "rings.jsonl").read_text(encoding="utf-8"))["ties"]
