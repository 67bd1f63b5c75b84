"""Commands about this machine: what it has, how fast it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app import terminal
from app.commands.options import HomeOption, JsonOption, answer, home_of, topic

commands = topic()


@commands.command()
def doctor(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What this machine has and lacks, and what to type."""
    from graph.server.doctor import facts

    found = facts(home_of(home))
    answer([vars(f) for f in found], as_json=as_json, human=None if as_json else terminal.doctor(found))
    if not all(f.ok for f in found):
        raise typer.Exit(3)


@commands.command()
def bench(
    persons: int = 200_000,
    months: int = 6,
    only: Annotated[str | None, typer.Option(help="ingest | graph | rules | rings | room | queue | grades | fuzz")] = None,
    work: Annotated[Path | None, typer.Option(help="a folder for the city and the homes")] = None,
    as_json: JsonOption = False,
) -> None:
    """The full-size measurements, peers beside us, ratios from one run."""
    from app.bench import run_bench

    value = run_bench(persons=persons, months=months, only=only, work=work)
    answer(value, as_json=as_json, human=None if as_json else terminal.bench(value))
