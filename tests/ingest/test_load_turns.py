"""Jobs that share nodes never run together; jobs that share none do; an error is not swallowed."""

from __future__ import annotations

from threading import Barrier, Lock

import pytest

from ingest.load_turns import Job, run_all


def test_jobs_on_the_same_nodes_take_turns() -> None:
    at_work, met, lock = set[str](), list[str](), Lock()

    def work(*labels: str) -> None:
        with lock:
            met.extend(at_work & set(labels))
            at_work.update(labels)
        with lock:
            at_work.difference_update(labels)

    pairs = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "c"), ("d", "d")] * 20
    run_all([Job(frozenset(pair), n, lambda pair=pair: work(*pair)) for n, pair in enumerate(pairs)])  # type: ignore[misc]
    assert met == []


def test_jobs_on_different_nodes_run_side_by_side() -> None:
    both = Barrier(2, timeout=20)

    def meet() -> None:
        both.wait()

    run_all([Job(frozenset("a"), 1, meet), Job(frozenset("b"), 1, meet)])
    assert not both.broken


def test_an_error_is_raised_and_the_rest_not_begun() -> None:
    done: list[str] = []

    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run_all([Job(frozenset("a"), 2, fail), Job(frozenset("a"), 1, lambda: done.append("late"))])
    assert done == []
