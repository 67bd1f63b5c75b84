"""Long work: a row that says what was asked, and a process of its own that does it and outlives the page that asked.

A worker holds the lock of its job's folder as long as it lives, so that a dead one shows whoever looks. Its answer and its log stay in
`jobs/<id>/`.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update

from app.cases.store import Store, now
from app.cases.tables import Job
from graph.errors import WrongUse
from graph.home import Home
from graph.ledger import Actor, Ledger

AT_WORK = ("waiting", "running")
"""States of a job that has not ended; the others are done, failed, cancelled and dead."""
_CHILDREN: list[subprocess.Popen[bytes]] = []
"""Workers that this process started; asked now and then, so that the ended ones leave the system's table."""


@dataclass(frozen=True)
class Files:
    """What a job leaves behind."""

    folder: Path

    @property
    def answer(self) -> Path:
        """What the command printed for machines."""
        return self.folder / "answer.json"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    @property
    def made(self) -> Path:
        """The file that the command was told to write, where it writes one."""
        return self.folder / "made"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"


class Jobs:
    """The long work of one home."""

    def __init__(self, home: Home) -> None:
        self._home, self._store = home, Store(home)

    def files(self, job_id: str) -> Files:
        return Files(self._home.jobs / job_id)

    def start(self, kind: str, words: Sequence[str], *, actor: Actor, makes: bool = False) -> str:
        """Start `ringscope *words --json` beside us; returns the job's id. One that `makes` a file is told by --out where."""
        _CHILDREN[:] = [child for child in _CHILDREN if child.poll() is None]
        job_id = uuid4().hex[:12]
        files = self.files(job_id)
        files.folder.mkdir(parents=True, mode=0o700)
        words = [*words, "--out", str(files.made)] if makes else list(words)
        Ledger(self._home).append("job.start", actor=actor, subject=job_id, facts={"kind": kind})
        with files.lock.open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # before the row is seen, or the worker would be taken for dead; it inherits the lock
            with self._store.writing() as session:
                asked = {"kind": kind, "words": words, "actor": actor.user, "asked_at": now()}
                session.add(Job(id=job_id, state="waiting", message="", cancelled_by="", **asked))
                session.commit()
            worker = _worker(self._home, job_id, files, lock.fileno())
        _CHILDREN.append(worker)
        self.set(job_id, pid=worker.pid)
        return job_id

    def job(self, job_id: str) -> Job:
        """One job; WrongUse when there is none."""
        self._bury()
        with self._store.reading() as session:
            found = session.get(Job, job_id)
        if found is None:
            raise WrongUse(f"the job {job_id}", "a job of this home", "ringscope jobs list")
        return found

    def jobs(self, kind: str | None = None, limit: int = 50) -> list[Job]:
        """The newest jobs, of one kind or of all."""
        self._bury()
        query = select(Job).order_by(Job.asked_at.desc(), Job.id).limit(limit)
        with self._store.reading() as session:
            return list(session.scalars(query if kind is None else query.where(Job.kind == kind)))

    def answer(self, job_id: str) -> Any:  # noqa: ANN401 - whatever the command answers
        """What the command of a job that is done answered."""
        return json.loads(self.files(job_id).answer.read_text(encoding="utf-8"))

    def cancel(self, job_id: str, *, actor: Actor) -> None:
        """Ask the worker to stop; asked again, it is killed. One that has ended is left as it is."""
        job = self.job(job_id)
        if job.state not in AT_WORK:
            return
        Ledger(self._home).append("job.cancel", actor=actor, subject=job_id)
        self.set(job_id, cancelled_by=actor.user)
        if job.pid is not None and _held(self.files(job_id).lock):
            os.killpg(job.pid, signal.SIGKILL if job.cancelled_by else signal.SIGTERM)

    def end(self, job_id: str, state: str, exit_code: int) -> None:
        """Write down how a job ended."""
        self.set(job_id, state=state, exit_code=exit_code, ended_at=now())

    def set(self, job_id: str, **values: object) -> None:
        """Change the row of a job that is at work."""
        with self._store.writing() as session:
            session.execute(update(Job).where(Job.id == job_id, Job.state.in_(AT_WORK)).values(**values))
            session.commit()

    def _bury(self) -> None:
        """Jobs that say they are at work and whose worker is no more: dead, or cancelled if that was asked."""
        with self._store.reading() as session:
            at_work = list(session.scalars(select(Job).where(Job.state.in_(AT_WORK))))
        for job in at_work:
            if not _held(self.files(job.id).lock):
                self.set(job.id, state="cancelled" if job.cancelled_by else "dead", ended_at=now())


def _worker(home: Home, job_id: str, files: Files, lock: int) -> subprocess.Popen[bytes]:
    """The worker's process, in a session of its own, its lock already in its hands."""
    with files.answer.open("wb") as answer, files.log.open("wb") as log:
        command = _command(home, job_id)
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=answer, stderr=log, pass_fds=[lock], start_new_session=True)


def _command(home: Home, job_id: str) -> list[str]:
    return [sys.executable, "-m", "app.cli", "--home", str(home.root), "jobs", "work", job_id]


def _held(lock: Path) -> bool:
    """Whether a living process holds the lock."""
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
