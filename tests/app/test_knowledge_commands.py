"""`ringscope knowledge` says what it loaded, what changed and which rules rest on nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from graph.errors import InputAtFault
from graph.home import Home
from graph.ledger import Ledger
from tests.kg.workbooks import FEMALE, by_sex, workbook


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("RINGSCOPE_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("RINGSCOPE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "160")
    return Home(tmp_path / "home")


def ringscope(*words: str) -> str:
    answer = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_a_load_is_told_in_both_languages_and_stands_in_the_ledger(home: Home, tmp_path: Path) -> None:
    said = ringscope("knowledge", "load", str(by_sex(tmp_path / "a.xlsx")), "--valid-from", "2025-06-01")

    assert "药品区分性别使用: 新增 1" in said
    assert "drug_sex_mismatch: 1 new" in said
    assert Ledger(home).tail()[-1]["action"] == "knowledge"


def test_the_list_names_parts_versions_and_idle_rules(home: Home, tmp_path: Path) -> None:
    ringscope("knowledge", "load", str(by_sex(tmp_path / "a.xlsx")))
    told = json.loads(ringscope("knowledge", "list", "--json"))

    assert [part["source"] for part in told["parts"]] == ["a.xlsx", "kg/knowledge/carried"]
    assert len(told["versions"]) == 1
    assert "随产品 carried" in ringscope("knowledge", "list")


def test_two_versions_are_compared(home: Home, tmp_path: Path) -> None:
    ringscope("knowledge", "load", str(by_sex(tmp_path / "a.xlsx")))
    ringscope("knowledge", "load", str(by_sex(tmp_path / "a.xlsx", sex="男")))
    old, new = (version["id"] for version in json.loads(ringscope("knowledge", "list", "--json"))["versions"])

    assert f"变更 1 ({FEMALE})" in ringscope("knowledge", "diff", old, new)


def test_a_file_at_fault_is_told_and_leaves_nothing(home: Home, tmp_path: Path) -> None:
    bad = workbook(tmp_path / "bad.xlsx", one=[("a", "b")])
    with pytest.raises(InputAtFault, match="no header"):
        ringscope("knowledge", "load", str(bad))
    assert json.loads(ringscope("knowledge", "list", "--json"))["versions"] == []
