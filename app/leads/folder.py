"""The folder of a run: complete or not there, readable by itself, and `CURRENT` names the one that counts."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from graph.book import Manifest
from graph.errors import WrongUse
from graph.home import Home
from graph.lock import hold

CURRENT = "CURRENT"
_PART = ".part-"


@dataclass(frozen=True)
class Scope:
    """What a run looked at. Two runs are compared only when they looked at the same."""

    only: str | None = None
    date_from: date | None = None
    date_to: date | None = None

    def to_json(self) -> dict[str, str | None]:
        return {key: None if value is None else str(value) for key, value in asdict(self).items()}


def run_name(home: Home, scope: Scope, started: datetime) -> str:
    """Time to the millisecond and a short hash of book and scope: names sort by age, and equal inputs show."""
    seen = json.dumps([sorted(Manifest.read(home.book).digest().items()), scope.to_json()])
    return f"{started:%Y%m%dT%H%M%S}{started.microsecond // 1000:03d}-{hashlib.sha256(seen.encode()).hexdigest()[:8]}"


@contextmanager
def new_run(home: Home, run_id: str) -> Iterator[Path]:
    """A folder to write into; it gets its name, and CURRENT its content, only when the block ends well.

    Raises EnvironmentAtFault while another run of this home is at work. What a killed run left behind is swept first.
    """
    with hold(home, "runs", "detect"):
        home.runs.mkdir(exist_ok=True, mode=0o700)
        for left in home.runs.glob(f"{_PART}*"):
            shutil.rmtree(left)
        part = home.runs / f"{_PART}{run_id}"
        part.mkdir(mode=0o700)
        yield part
        for path in (*part.iterdir(), part):
            _sync(path)
        part.rename(home.runs / run_id)
        _sync(home.runs)
        point_at(home, run_id)


def point_at(home: Home, run_id: str) -> None:
    """Make this run the current one, by renaming one file."""
    part = home.runs / f"{CURRENT}.part"
    part.write_text(run_id + "\n", encoding="utf-8")
    _sync(part)
    part.replace(home.runs / CURRENT)


def find_run(home: Home, run_id: str | None = None) -> Path:
    """The folder of the named run, else of the current one; WrongUse when there is none."""
    named = home.runs / CURRENT
    wanted = run_id or (named.read_text(encoding="utf-8").strip() if named.exists() else "")
    if not wanted:
        raise WrongUse(f"no run in {home.runs}", "leads of a detection run", "ringscope detect")
    if not (home.runs / wanted / "report.json").exists():
        raise WrongUse(f"the run {wanted}", "a complete run under " + str(home.runs), "ringscope detect")
    return home.runs / wanted


def run_before(home: Home, scope: Scope) -> Path | None:
    """The newest complete run of equal scope."""
    for report in sorted(home.runs.glob("[0-9]*/report.json"), reverse=True):
        if read_report(report.parent)["scope"] == scope.to_json():
            return report.parent
    return None


def read_report(run: Path) -> Mapping[str, object]:
    parsed: Mapping[str, object] = json.loads((run / "report.json").read_text(encoding="utf-8"))
    return parsed


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
