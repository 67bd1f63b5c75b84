"""How good is a run? Graded against the answer key of a synthetic city, by the one definition of data-contract 2.4."""

from __future__ import annotations

from pathlib import Path

from app.evaluate.grade import DuplicateLead, grade
from app.evaluate.key import read_key
from app.evaluate.report import Report, read_grades
from app.leads.folder import find_run
from graph import book
from graph.home import Home

__all__ = ["DuplicateLead", "Report", "evaluate"]


def evaluate(home: Home, key: Path, *, run_id: str | None = None) -> Report:
    """Grade the named run, else the current one.

    The key is read here and nowhere else. Raises InputAtFault for a key that cannot be graded, WrongUse when there is no run,
    DuplicateLead when the product broke its own promise.
    """
    read = read_key(key)
    run = find_run(home, run_id)
    with book.connect(home, memory="2GB") as connection:
        grade(connection, run, read)
        return read_grades(connection, run.name)
