"""Long work in a process of its own: how far it is, how it ended, and that a dead worker is seen as dead."""

from __future__ import annotations

import os
import signal
import time

import pytest

from app.cases.jobs import AT_WORK, Jobs
from app.cases.tables import Job
from app.cases.worker import work
from graph.errors import WrongUse
from graph.home import Home
from graph.ledger import Actor, Ledger

ANN = Actor("ann")
RULE = "trace_code_rescan_same_shop"


def ended(jobs: Jobs, job_id: str) -> Job:
    while (job := jobs.job(job_id)).state in AT_WORK:
        time.sleep(0.1)
    return job


def asleep(home: Home, monkeypatch: pytest.MonkeyPatch) -> str:
    """A job whose worker is a process that only waits."""
    monkeypatch.setattr("app.cases.jobs._command", lambda *_: ["/bin/sleep", "600"])
    return Jobs(home).start("detect", ["detect"], actor=ANN)


def test_a_job_answers_keeps_its_log_and_stands_in_the_ledger(home: Home) -> None:
    job_id = Jobs(home).start("list", ["rules", "changes"], actor=ANN)
    job = ended(Jobs(home), job_id)

    assert (job.state, job.exit_code, job.actor) == ("done", 0, "ann")
    assert Jobs(home).answer(job_id) == []
    assert Jobs(home).files(job_id).log.read_text(encoding="utf-8") == ""
    assert [(e["action"], e["subject"]) for e in Ledger(home).tail()] == [("job.start", job_id)]


def test_a_command_that_fails_says_why_in_the_log(home: Home) -> None:
    job_id = Jobs(home).start("whatif", ["rules", "whatif", "no_such_rule", "--set", "a=1"], actor=ANN)

    assert (ended(Jobs(home), job_id).state, Jobs(home).job(job_id).exit_code) == ("failed", 2)
    assert "no rule named no_such_rule" in Jobs(home).files(job_id).log.read_text(encoding="utf-8")


def test_a_worker_that_dies_without_a_word_is_seen_as_dead(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = asleep(home, monkeypatch)
    assert Jobs(home).job(job_id).state == "waiting"  # alive, and nobody takes it for dead
    pid = Jobs(home).job(job_id).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    job = ended(Jobs(home), job_id)
    assert (job.state, job.ended_at is not None) == ("dead", True)


def test_a_job_is_cancelled_by_name(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = asleep(home, monkeypatch)
    Jobs(home).cancel(job_id, actor=Actor("ben"))

    job = ended(Jobs(home), job_id)
    assert (job.state, job.cancelled_by) == ("cancelled", "ben")
    Jobs(home).cancel(job_id, actor=ANN)  # one that has ended is left as it is
    assert [e["action"] for e in Ledger(home).tail()] == ["job.start", "job.cancel"]


def test_the_worker_tells_how_far_it_is(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, float | None]] = []

    def slow(_words: list[str]) -> None:
        from app import terminal

        with terminal.progress(quiet=True) as say:
            assert say is not None
            say("reading", 0.25)
            job = Jobs(home).job(job_id)
            seen.append((job.message, job.fraction))
        raise SystemExit(0)

    job_id = asleep(home, monkeypatch)
    monkeypatch.setattr("app.cli.main", slow)
    monkeypatch.setattr("app.cases.worker.os.nice", lambda _: None)
    monkeypatch.setattr("app.cases.worker.signal.signal", lambda *_: None)
    work(home, job_id)

    assert seen == [("reading", 0.25)]
    assert Jobs(home).job(job_id).state == "done"
    os.killpg(Jobs(home).job(job_id).pid or 0, signal.SIGKILL)


def test_a_job_that_is_not_there_is_named(home: Home) -> None:
    with pytest.raises(WrongUse, match="the job J1"):
        Jobs(home).job("J1")
