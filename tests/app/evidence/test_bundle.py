"""What a bundle holds, in both copies, and what is refused."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import networkx as nx
import pytest
from docx import Document
from PIL import Image

from app.evidence import fonts
from app.evidence.bundle import make
from app.leads import Leads
from graph.errors import EnvironmentAtFault, InputAtFault, WrongUse
from graph.home import Home
from graph.ledger import Ledger
from tests.app.evidence.carried import BOXES, RARE, carry, first_lead, town, unpacked
from tests.books import make_book


def read(bundle: Path, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in unpacked(bundle)[name].splitlines()]


def test_the_library_itself_accepts_the_bag(masked: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(masked) as archive:
        archive.extractall(tmp_path)

    said = subprocess.run(
        [sys.executable, "-m", "bagit", "--validate", next(tmp_path.iterdir())], capture_output=True, text=True, check=False
    )

    assert said.returncode == 0, said.stderr


def test_every_cited_row_is_there_with_its_file_and_record(bureau: Home, masked: Path) -> None:
    lead = Leads.open(bureau).lead(first_lead(bureau))
    rows = [row for name in unpacked(masked) if name.startswith("data/rows/") for row in read(masked, name)]

    assert len(rows) == lead["evidence_rows"] == 2 * BOXES
    assert all(row["source_file"] and row["source_record"] and row["delivery_id"] for row in rows)
    assert sum(int(str(row.get("claimed_fen", 0))) for row in rows) == lead["amount_fen"]


def test_networkx_opens_the_graph_and_the_forms_agree(masked: Path) -> None:
    files = unpacked(masked)
    graph = nx.read_graphml(io.BytesIO(files["data/graph/subgraph.graphml"]))
    said = json.loads(files["data/graph/subgraph.json"])
    cypher = files["data/graph/subgraph.cypher"].decode()

    assert set(graph) == {node["id"] for node in said["nodes"]}
    assert graph.number_of_edges() == len(said["edges"]) == cypher.count("MATCH (a:")
    assert {"Institution:P2", "Patient:PSN3"} <= set(graph)


def test_names_are_hidden_in_one_copy_and_shown_in_the_other(masked: Path, full: Path) -> None:
    hidden, shown = unpacked(masked), unpacked(full)

    assert not any(RARE.encode() in content for content in hidden.values())
    assert RARE in shown["data/graph/subgraph.json"].decode()
    assert RARE.encode() not in b"".join(shown[name] for name in shown if name.startswith("data/rows/"))
    assert b"Ringscope-Copy: full" in shown["bag-info.txt"]
    assert "完整副本".encode() in shown["data/picture/network.html"]
    assert "脱敏副本".encode() in hidden["data/picture/network.html"]


def test_a_full_copy_is_in_the_ledger_name_by_name(bureau: Home, full: Path) -> None:
    entries = read(full, "data/ledger/entries.jsonl")

    assert [entry["action"] for entry in entries].count("identity.reveal") == BOXES
    made = next(entry for entry in entries if entry["action"] == "evidence.make")
    assert (made["reason"], made["facts"]["copy"]) == ("移送公安机关", "full")  # type: ignore[index]
    assert Ledger(bureau).verify().holds


def test_a_masked_copy_shows_no_other_entry_of_the_ledger(bureau: Home, tmp_path: Path) -> None:
    bundle = carry(bureau, tmp_path / "again.zip")

    assert [entry["action"] for entry in read(bundle, "data/ledger/entries.jsonl")] == ["evidence.make"]


def test_a_full_copy_without_a_reason_is_refused(bureau: Home, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="without a reason"):
        carry(bureau, tmp_path / "f.zip", full=True, reason=" ab ")
    assert not (tmp_path / "f.zip").exists()


def test_the_page_asks_nobody_for_anything(masked: Path) -> None:
    page = unpacked(masked)["data/picture/network.html"].decode()

    assert "default-src 'none'" in page
    assert not re.search(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)\s*=\s*[\"']?\s*(?:https?:)?//", page)


def test_picture_and_report_can_be_opened(masked: Path) -> None:
    files = unpacked(masked)
    report = Document(io.BytesIO(files["data/report/report.docx"]))

    assert Image.open(io.BytesIO(files["data/picture/network.png"])).size[0] > 1000
    assert b"<text" not in files["data/picture/network.svg"]  # letters are outlines: no reader needs the font
    assert files["data/report/report.pdf"].startswith(b"%PDF-")
    assert {"四、不利于本疑点的情形", "七、证据清单", "签字"} <= {paragraph.text for paragraph in report.paragraphs}


def test_a_lead_whose_rows_are_gone_is_refused_and_ledgered(tmp_path: Path) -> None:
    home = town(tmp_path / "home")
    lead = first_lead(home)
    make_book(home, {"fixmedins_b": [{"fixmedins_code": "P1", "fixmedins_type": "2"}]}, delivery="after a withdrawal")

    with pytest.raises(InputAtFault, match="no longer in the book"):
        make(home, lead, tmp_path / "b.zip")

    assert not list(tmp_path.glob("b.zip*"))
    assert Ledger(home).tail(1)[0]["action"] == "evidence.refused"


def test_an_unknown_lead_is_wrong_use(bureau: Home, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="the lead nobody"):
        make(bureau, "nobody", tmp_path / "b.zip")


def test_without_its_font_nothing_is_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(fonts, "PACKED", tmp_path / "nowhere")

    with pytest.raises(EnvironmentAtFault, match="no font"):
        fonts.unpacked("NotoSansSC-Regular.ttf")
