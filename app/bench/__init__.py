"""The full-size measurements: each figure beside its target, peers beside us, ratios from one run.

Nothing here is a test: a slow machine must not fail a build. `ringscope bench` prints what this machine gave today.
"""

from __future__ import annotations

import importlib
import os
import platform
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.bench.measure import Figure
from graph.errors import WrongUse

PARTS = {
    "ingest": "intake",
    "graph": "loading",
    "rules": "rules",
    "rings": "rings",
    "room": "room",
    "queue": "queue",
    "grades": "grades",
    "fuzz": "fuzz",
}
"""Part -> the module that measures it."""


def run_bench(*, persons: int, months: int, only: str | None, work: Path | None) -> Mapping[str, Any]:
    """Measure the parts that were asked for, in order; later parts use the homes that earlier ones made."""
    chosen = tuple(PARTS) if only is None else tuple(only.split(","))
    if unknown := [part for part in chosen if part not in PARTS]:
        raise WrongUse(f"--only {unknown[0]}", "some of: " + ", ".join(PARTS))
    folder = (work or Path(tempfile.gettempdir()) / "ringscope-bench").resolve()
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
    measured: list[Figure] = importlib.import_module(f"app.bench.{PARTS[part]}").figures(folder, persons, months)
    return measured
