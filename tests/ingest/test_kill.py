"""kill -9 at any point, and again: the same book, no leftovers, nothing in clear."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from graph.book import Manifest
from graph.home import Home
from graph.identity import Identities
from ingest.door import ingest
from tests.ingest.deliveries import tables, write

ROOT = Path(__file__).parents[2]
CHILD = """
import os, signal, sys
from pathlib import Path
from graph.home import Home
from graph.identity import Identities
from ingest.door import ingest
last, calls, fsync = int(sys.argv[3]), 0, os.fsync
def counted(file):
    global calls
    calls += 1
    if calls == last:
        os.kill(os.getpid(), signal.SIGKILL)
    fsync(file)
os.fsync = counted
ingest(Path(sys.argv[1]), Home(Path(sys.argv[2])))
print(calls)
"""
"""Every step that makes something durable goes through fsync: the child dies at the n-th."""


def child(folder: Path, home: Home, last: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CHILD, str(folder), str(home.root), str(last)]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("delivery"), tables())


@pytest.fixture(scope="module")
def whole(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, int]:
    """A home that was never interrupted, and how many steps it took."""
    home = Home(tmp_path_factory.mktemp("whole") / "home").make()
    with Identities.open(home):
        pass  # the keys are there: making them takes steps of its own
    done = child(folder, home, 0)
    assert done.returncode == 0, done.stderr
    return home, int(done.stdout)


POINTS = ("first", "third", "half", "last file of the snapshot", "snapshot renamed", "manifest written", "committed")


@pytest.mark.parametrize("point", POINTS)
def test_killed_and_taken_in_again(folder: Path, whole: tuple[Home, int], home: Home, point: str) -> None:
    clean, steps = whole
    last = {"first": 1, "third": steps // 3, "half": steps // 2, "last file of the snapshot": steps - 3, "snapshot renamed": steps - 2}
    died = child(folder, home, {**last, "manifest written": steps - 1, "committed": steps}[point])
    assert died.returncode == -signal.SIGKILL
    assert not in_clear(home), "what a killed ingest leaves behind is encrypted"
    assert bool(Manifest.read(home.book).deliveries) == (point == "committed")
    assert ingest(folder, home).usable
    assert Manifest.read(home.book).digest() == Manifest.read(clean.book).digest()
    assert files(home) == files(clean)
    assert not in_clear(home)


def in_clear(home: Home) -> bool:
    """Whether a delivered name stands anywhere under the home, as bytes."""
    return any("张建国".encode() in path.read_bytes() for path in home.root.rglob("*") if path.is_file())


def files(home: Home) -> list[str]:
    """What lies in the book and in the deliveries."""
    return sorted(str(p.relative_to(home.root)) for top in (home.book, home.deliveries) for p in top.rglob("*") if p.is_file())


def test_a_killed_withdrawal_leaves_the_old_book_or_the_new(folder: Path, home: Home, tmp_path: Path) -> None:
    first = ingest(folder, home)
    before = Manifest.read(home.book)
    note = write(tmp_path / "out", {}, f'kind = "withdraw"\nwithdraws = "{first.delivery_id}"\n')
    assert child(note, home, 1).returncode == -signal.SIGKILL
    assert Manifest.read(home.book) == before
    assert child(note, home, 0).returncode == 0
    assert not Manifest.read(home.book).tables
    after = Manifest.read(home.book)
    assert child(note, home, 1).returncode == 0, "withdrawn before: nothing is written"
    assert Manifest.read(home.book) == after
