"""The process that does one job: runs its command line, tells the case book how far it is, and writes down how it ended."""

from __future__ import annotations

import os
import signal
import time
import traceback

from app import terminal
from app.cases.jobs import Jobs
from graph.home import Home

TOLD_EVERY = 0.5
"""Seconds between two words about the progress."""
YIELDS = 5
"""The room comes first: a worker is that much nicer."""


def work(home: Home, job_id: str) -> int:
    """Do the job; returns the exit code of its command."""
    signal.signal(signal.SIGTERM, _stop)
    os.nice(YIELDS)
    jobs = Jobs(home)
    jobs.set(job_id, state="running")
    terminal.listener.set(_Teller(jobs, job_id))
    code = _run(["--home", str(home.root), *jobs.job(job_id).words, "--json"])
    cancelled = code != 0 and jobs.job(job_id).cancelled_by
    jobs.end(job_id, "done" if code == 0 else "cancelled" if cancelled else "failed", code)
    return code


def _run(words: list[str]) -> int:
    from app.cli import main

    try:
        main(words)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:  # the log is for whoever is asked why
        traceback.print_exc()
        return 1
    return 0


def _stop(_signal: int, _frame: object) -> None:
    """Whoever asked the job to end wants its folders cleaned up, as Ctrl-C would."""
    raise KeyboardInterrupt


class _Teller:
    """Progress into the row, not more often than a reader looks; a word without a share leaves the share where it was."""

    def __init__(self, jobs: Jobs, job_id: str) -> None:
        self._jobs, self._job, self._next = jobs, job_id, 0.0
        self._fraction: float | None = None

    def __call__(self, message: str, fraction: float | None) -> None:
        self._fraction = self._fraction if fraction is None else fraction
        if (at := time.monotonic()) >= self._next:
            self._next = at + TOLD_EVERY
            self._jobs.set(self._job, message=message, fraction=self._fraction)
