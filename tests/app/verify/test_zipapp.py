"""The verifier as one file: it needs nothing of the platform, and says the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.evidence.verifier import write


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("verifier") / "verify.pyz"
    write(target)
    return target


def ask(verifier: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """From a folder where none of our packages can be imported."""
    apart = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run([sys.executable, "-P", verifier, *words], capture_output=True, text=True, cwd=verifier.parent, env=apart)


def test_it_verifies_and_replays_alone(verifier: Path, bundle: Path) -> None:
    said = ask(verifier, str(bundle), "--json")

    verdict = json.loads(said.stdout)
    assert said.returncode == 0
    assert verdict["ok"]
    assert {replay["state"] for replay in verdict["replays"]} == {"reproduced"}


def test_it_says_what_was_changed(verifier: Path, bundle: Path, tmp_path: Path) -> None:
    whole = bundle.read_bytes()
    at = whole.index(b"%PDF-")
    (tmp_path / "b.zip").write_bytes(whole[:at] + b"X" + whole[at + 1 :])

    said = ask(verifier, str(tmp_path / "b.zip"))

    assert said.returncode == 1
    assert "data/report/report.pdf" in said.stdout


def test_a_file_that_is_not_there_is_wrong_use(verifier: Path) -> None:
    assert ask(verifier, "nowhere.zip").returncode == 2
