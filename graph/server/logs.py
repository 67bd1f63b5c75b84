"""Rotation of what our child processes print; Neo4j rotates its own logs by itself."""

from __future__ import annotations

from pathlib import Path

KEPT = 5
"""Older files beside the current one: `<name>.1` is the newest of them."""


def rotate(log: Path) -> None:
    """Begin a new file, keep the last few."""
    if not log.exists() or log.stat().st_size == 0:
        return
    for number in range(KEPT - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    log.replace(log.with_name(f"{log.name}.1"))
