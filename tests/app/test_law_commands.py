"""`law load`, `law list` and `explain` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from graph.errors import InputAtFault
from graph.home import Home
from graph.ledger import Ledger
from tests.app.leads.findings import Hit, line, make_run
from tests.app.leads.test_explanation import TEXT


def said(home: Home, *words: str) -> str:
    answer = CliRunner().invoke(app, ["--home", str(home.root), *words], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "reg.toml").write_text(TEXT, encoding="utf-8")
    return folder


def test_a_load_is_listed_and_stands_in_the_ledger(home: Home, texts: Path) -> None:
    loaded = json.loads(said(home, "law", "load", str(texts), "--json"))["loaded"]
    listed = json.loads(said(home, "law", "list", "--json"))

    assert [(text["id"], text["state"]) for text in loaded] == [("fund_reg", "new")]
    assert listed["texts"][0]["sha256"] == loaded[0]["sha256"]
    assert "条例第40条第2款" in {entry["zh"] for entry in listed["lacking"]}
    assert "条例第38条第1款第1项" not in {entry["zh"] for entry in listed["lacking"]}
    (entry,) = Ledger(home).tail()
    assert (entry["action"], entry["subject"]) == ("law.load", "fund_reg")


def test_a_bad_text_loads_nothing(home: Home, texts: Path) -> None:
    (texts / "bad.toml").write_text('id = "sil"\n', encoding="utf-8")

    with pytest.raises(InputAtFault, match=r"bad\.toml: lacks title"):
        said(home, "law", "load", str(texts))
    assert json.loads(said(home, "law", "list", "--json"))["texts"] == []


def test_explain_speaks_both_languages_and_quotes_what_is_loaded(home: Home, texts: Path) -> None:
    leads = make_run(home, Hit("phantom_bed", [line("M1")], subject=("hospital", "H1")))
    said(home, "law", "load", str(texts))

    told = said(home, "explain", "institution:H1")
    value = json.loads(said(home, "explain", "institution:H1", "--json"))

    assert "指称" in told
    assert "Alleged" in told
    assert "OFFICIAL WORDS" in told
    assert value["lead_id"] == leads.page()["lead_id"][0]
    assert set(value["explanation"]) >= {"alleged", "about", "money", "facts", "elements", "provisions", "against", "next"}
