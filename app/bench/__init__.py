"""The full-size measurements: each figure beside its target, peers beside us, ratios from one run.

Nothing here is a test: a slow machine must not fail a build. `ringscope bench` prints what this machine gave today.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.bench.measure import Figure
from graph.errors import WrongUse

PARTS = ("ingest", "graph", "rules", "room", "grades")


def run_bench(*, persons: int, months: int, only: str | None, work: Path | None) -> Mapping[str, Any]:
    """Measure the parts that were asked for, in order; later parts use the homes that earlier ones made."""
    chosen = PARTS if only is None else tuple(only.split(","))
    if unknown := [part for part in chosen if part not in PARTS]:
        raise WrongUse(f"--only {unknown[0]}", "some of: " + ", ".join(PARTS))
    folder = (work or Path(os.environ.get("TMPDIR", "/var/tmp")) / "ringscope-bench").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    figures: list[Figure] = []
    for part in chosen:
        figures += _measure(part, folder, persons, months)
    return {
        "persons": persons,
        "months": months,
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "figures": [figure.to_json() for figure in figures],
    }


def _measure(part: str, folder: Path, persons: int, months: int) -> list[Figure]:
    # each part imports what it measures, so that one part can be run where another's needs are missing
    if part == "ingest":
        from app.bench.ingest import figures
    elif part == "graph":
        from app.bench.graph import figures
    elif part == "rules":
        from app.bench.rules import figures
    elif part == "room":
        from app.bench.room import figures
    else:
        from app.bench.grades import figures
    return figures(folder, persons, months)
