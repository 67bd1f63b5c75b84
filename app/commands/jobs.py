"""Commands about long work that the room has asked for."""

from __future__ import annotations

import typer

from app import terminal
from app.commands.options import HomeOption, JsonOption, answer, home_of, out, topic

commands = topic("Long work.")


@commands.command("list")
def jobs_list(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The newest jobs: what, for whom, how far, how they ended."""
    from app.cases.jobs import Jobs

    shown = ("id", "kind", "words", "actor", "asked_at", "state", "message", "fraction", "ended_at", "exit_code", "cancelled_by")
    rows = [{name: getattr(job, name) for name in shown} for job in Jobs(home_of(home)).jobs()]
    lines = [(str(row["id"]), " ".join(row["words"]), str(row["actor"]), f"{row['asked_at']}", str(row["state"])) for row in rows]
    answer(rows, as_json=as_json, human=terminal.plain_table("", "命令 command", "何人 by", "时间 asked", "状态 state", rows=lines))


@commands.command("log")
def jobs_log(job: str, home: HomeOption = None) -> None:
    """What a job said on its way."""
    from app.cases.jobs import Jobs

    jobs = Jobs(home_of(home))
    out.print(jobs.files(jobs.job(job).id).log.read_text(encoding="utf-8"), markup=False)


@commands.command("cancel")
def jobs_cancel(job: str, home: HomeOption = None) -> None:
    """Ask a job to stop; asked again, it is killed."""
    from app.cases.jobs import Jobs
    from graph.ledger import Actor

    Jobs(home_of(home)).cancel(job, actor=Actor.current())


@commands.command("work", hidden=True)
def jobs_work(job: str, home: HomeOption = None) -> None:
    """Do a job: the room starts this."""
    from app.cases.worker import work

    raise typer.Exit(work(home_of(home), job))
