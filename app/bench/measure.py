"""Run a step as a process of its own and see what it took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.errors import RingscopeError


@dataclass(frozen=True)
class Figure:
    """One measured figure beside its target."""

    name: str
    measured: str
    target: str = ""
    met: bool | None = None

    def to_json(self) -> dict[str, Any]:
        return vars(self)


@dataclass(frozen=True)
class Cost:
    """What one process took."""

    seconds: float
    peak_mb: float
    """Peak resident memory of that process alone, in MB."""
    said: Mapping[str, Any]
    """The JSON object on its last line."""


def cost_of(step: str, *words: object) -> Cost:
    """Run `python -m app.bench.steps STEP WORDS...` and wait for it."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        started = time.monotonic()
        child = subprocess.Popen([sys.executable, "-m", "app.bench.steps", step, *map(str, words)], stdout=said)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - started
        said.seek(0)
        lines = said.read().splitlines()
    if (code := os.waitstatus_to_exitcode(status)) != 0:
        raise RingscopeError(f"the bench step {step} failed with exit code {code}", "0", "its message is above")
    return Cost(seconds=seconds, peak_mb=usage.ru_maxrss / 1024, said=json.loads(lines[-1]) if lines else {})


def within(name: str, value: float, limit: float, unit: str, detail: str = "") -> Figure:
    """A figure that should not exceed its limit."""
    return Figure(name, f"{value:,.2f} {unit}{' · ' + detail if detail else ''}", f"<= {limit:g} {unit}", value <= limit)


def at_least(name: str, value: float, limit: float, unit: str, detail: str = "") -> Figure:
    """A figure that should reach its limit."""
    return Figure(name, f"{value:,.3f} {unit}{' · ' + detail if detail else ''}", f">= {limit:g} {unit}", value >= limit)
