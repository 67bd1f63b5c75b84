"""Writing with several hands: jobs run side by side when they touch different nodes, and take turns when they share some.

A transaction locks the nodes that it ties together. Two writers on the same nodes would wait for each other, or deadlock and be
repeated. Whether a second writer gains anything depends on the machine: `ringscope bench --only graph` shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

WRITERS = 2


@dataclass(frozen=True)
class Job:
    """One statement over many rows."""

    touches: frozenset[str]
    """Labels of the nodes that it creates, changes or ties."""
    rows: int
    """How many there are, about: the longest job goes first."""
    run: Callable[[], None]


def run_all(jobs: Sequence[Job]) -> None:
    """Run every job; the first error is raised once those under way have ended."""
    waiting = sorted(jobs, key=lambda job: -job.rows)
    running: dict[Future[None], Job] = {}
    with ThreadPoolExecutor(WRITERS) as hands:
        while waiting or running:
            for job in tuple(waiting):
                busy = frozenset().union(*(other.touches for other in running.values()))
                if len(running) < WRITERS and not job.touches & busy:
                    waiting.remove(job)
                    running[hands.submit(job.run)] = job
            for ended in wait(running, return_when=FIRST_COMPLETED).done:
                running.pop(ended)
                ended.result()
