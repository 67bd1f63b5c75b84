"""One writer at a time: a lock file that the system itself lets go of when its holder dies, and that says who holds it."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph.errors import EnvironmentAtFault
from graph.home import Home

POLL = 0.1
"""Seconds between two tries while waiting for another holder."""


@dataclass(frozen=True)
class Holder:
    """Who holds a lock, as it wrote itself down."""

    pid: int
    why: str

    def __str__(self) -> str:
        return f"process {self.pid} ({self.why})" if self.pid else "another process"


@contextmanager
def hold(home: Home, name: str, why: str, *, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock `name` of this home while the block runs; `why` is what a second comer reads.

    Waits up to `wait` seconds for another holder, then raises EnvironmentAtFault naming it. Not reentrant.
    """
    folder = home.make().root / "locks"
    folder.mkdir(mode=0o700, exist_ok=True)
    with hold_file(folder / f"{name}.lock", f"{home.root}: its {name}", why, wait=wait):
        yield


@contextmanager
def hold_file(path: Path, what: str, why: str, *, wait: float) -> Iterator[None]:
    """The same for any lock file; `what` names what it guards."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(file, path, what, time.monotonic() + wait)
        os.ftruncate(file, 0)
        os.pwrite(file, json.dumps({"pid": os.getpid(), "why": why}).encode(), 0)
        yield
        os.ftruncate(file, 0)
    finally:
        os.close(file)


def holder(path: Path) -> Holder:
    """What the holder of the lock file wrote; pid 0 when it has not got to writing yet."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Holder(pid=int(raw["pid"]), why=str(raw["why"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Holder(pid=0, why="")


def _take(file: int, path: Path, what: str, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise EnvironmentAtFault(
                    f"{what} is locked by {holder(path)}", "one at a time", "wait until that one has finished, or stop it"
                ) from None
        time.sleep(POLL)
