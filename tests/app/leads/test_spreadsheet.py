"""A name that is a formula, from the bureau's file to the spreadsheet of an auditor: it stays a name."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from graph.home import Home
from ingest.door import ingest
from tests.app.leads.findings import Hit, line, make_run
from tests.ingest.deliveries import tables, write

NAMES = ("=cmd|' /C calc'!A0", "@SUM(A1:A9)", "+1+cmd", "-2+3", '=HYPERLINK("x","y")', "＝1+1", "康泽=药房")
STARTS = "=+-@＝＋－＠\t\r"


@pytest.fixture
def evil(tmp_path: Path, home: Home) -> Home:
    """A delivery whose pharmacies bear such names, and a run with one lead for each."""
    kind = {"fixmedins_type": "2", "medins_kind": "pharmacy"}
    shops = [{"fixmedins_code": f"P{n}", "fixmedins_name": name, **kind} for n, name in enumerate(NAMES)]
    assert ingest(write(tmp_path / "delivery", {**tables(), "fixmedins_b": shops}), home).usable
    make_run(
        home,
        *(Hit("card_cashing", [line(f"M{n}", at=f"P{n}")], subject=("pharmacy", f"P{n}"), rule=name) for n, name in enumerate(NAMES)),
    )
    return home


def cells(home: Home, command: str, out: Path) -> list[dict[str, str]]:
    said = CliRunner().invoke(app, ["--home", str(home.root), command, "--format", "csv", "--out", str(out)])
    assert said.exit_code == 0, said.output
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_leads_name_the_institution_and_run_nothing(evil: Home, tmp_path: Path) -> None:
    rows = cells(evil, "leads", tmp_path / "leads.csv")

    half_width = [name.replace("＝", "=") for name in NAMES]  # the door's doing
    assert {row["institution_name"] for row in rows} == {disarmed(name) for name in half_width}
    assert live(rows) == []


def test_findings_run_nothing_either(evil: Home, tmp_path: Path) -> None:
    rows = cells(evil, "findings", tmp_path / "findings.csv")

    assert {row["rule_id"] for row in rows} == {disarmed(name) for name in NAMES}
    assert live(rows) == []


def disarmed(name: str) -> str:
    return f"'{name}" if name[0] in STARTS else name


def live(rows: list[dict[str, str]]) -> list[str]:
    """Cells that a spreadsheet would run; a negative number is none."""
    return [cell for row in rows for cell in (*row, *row.values()) if cell.lstrip(" \u3000")[:1] in tuple(STARTS) and not number(cell)]


def number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
