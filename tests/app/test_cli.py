"""The command line keeps the promises of the design's section 9."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def ringscope(*words: str, cwd: Path, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "200"}
    environment.pop("RINGSCOPE_HOME", None)
    if home:
        environment["RINGSCOPE_HOME"] = str(home)
    return subprocess.run([sys.executable, "-m", "app.cli", *words], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def repository() -> Path:
    return Path(__file__).resolve().parents[2]


PROMISED = (
    *("demo", "city", "check", "ingest", "detect", "findings", "leads", "rings", "evaluate", "knowledge", "law", "rules", "explain"),
    *("train", "score", "models", "read", "face", "evidence", "verify", "audit", "server", "app", "scenes", "gate", "bench"),
    *("doctor", "purge"),
)


def test_every_promised_command_is_there(repository: Path) -> None:
    said = ringscope("--help", cwd=repository).stdout
    assert [name for name in PROMISED if name not in said] == []


@pytest.mark.parametrize(
    "words",
    [
        ("gate",),
        ("face", "a", "b"),
        ("train",),
        ("server", "backup"),
        ("detect", "--only", "scores"),
    ],
)
def test_what_comes_later_answers_four_and_says_so(words: tuple[str, ...], repository: Path, tmp_path: Path) -> None:
    answer = ringscope(*words, cwd=repository, home=tmp_path / "home")
    assert answer.returncode == 4, answer.stderr
    assert "not built yet" in answer.stderr


def test_wrong_use_answers_two(repository: Path, tmp_path: Path) -> None:
    assert ringscope("detect", "--only", "guesses", cwd=repository, home=tmp_path).returncode == 2
    assert ringscope("no-such-command", cwd=repository).returncode == 2
    assert ringscope("rules", "explain", "no_such_rule", cwd=repository).returncode == 2


def test_a_folder_without_tables_is_the_inputs_fault_and_never_a_traceback(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    answer = ringscope("--home", str(tmp_path / "home"), "check", str(tmp_path / "empty"), cwd=repository)
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr + answer.stdout
    assert "expected" in answer.stderr + answer.stdout


def test_home_may_stand_before_or_after_the_command(repository: Path, tmp_path: Path) -> None:
    for words in (("--home", str(tmp_path), "server", "status", "--json"), ("server", "status", "--home", str(tmp_path), "--json")):
        answer = ringscope(*words, cwd=repository)
        assert answer.returncode == 0, answer.stderr
        assert json.loads(answer.stdout)["state"] == "stopped"


def test_works_from_any_folder(tmp_path: Path) -> None:
    entry = Path(sys.executable).parent / "ringscope"
    if not entry.exists():
        pytest.fail("the console script is missing: make setup")
    answer = subprocess.run([entry, "rules", "list", "--json"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert len(json.loads(answer.stdout)) >= 20


def test_detect_without_a_delivery_says_how_to_begin(repository: Path, tmp_path: Path) -> None:
    answer = ringscope("detect", cwd=repository, home=tmp_path / "home")
    assert answer.returncode == 1
    assert "ringscope ingest" in answer.stderr
