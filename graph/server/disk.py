"""Room on the disk, asked for before anything is written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from graph.errors import EnvironmentAtFault

Free = Callable[[Path], int]
"""Bytes free on the disk that holds a folder."""
NEEDED_TO_RUN = 512 << 20
"""Bytes: an empty graph takes some 5 MB; the rest is for transaction logs before they are pruned."""


def free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def need(folder: Path, needed: int, what: str, free: Free) -> None:
    """Raises EnvironmentAtFault unless `needed` bytes are free."""
    there = free(folder)
    if there < needed:
        raise EnvironmentAtFault(
            f"disk full: {there >> 20} MB free at {folder}",
            f"{needed >> 20} MB for {what}",
            "free some space, or move the home to a larger disk (--home DIR)",
        )
