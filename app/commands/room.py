"""Commands that open the investigation room."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import Chosen, HomeOption, home_of, topic
from graph.home import Home

commands = topic()


@commands.command()
def demo(
    home: HomeOption = None,
    persons: int = 20_000,
    months: int = 6,
    seed: int = 7,
    serve: Annotated[bool, typer.Option(envvar="SERVE", help="open the room at the end")] = True,
) -> None:
    """All of it: a synthetic city, its leads, the room on 127.0.0.1."""
    from app.demo import run_demo

    run_demo(demo_home(home), persons=persons, months=months, seed=seed, serve=serve)


def demo_home(home: Path | None) -> Home:
    """The demo's home: the one that was named, else `.ringscope-demo/` here, so that synthetic people never meet real ones."""
    named = home or Chosen.home or os.environ.get("RINGSCOPE_HOME")
    return Home.find(named or Path.cwd() / ".ringscope-demo")


@commands.command(name="app")
def room(port: int = 0, home: HomeOption = None) -> None:
    """Open the investigation room on 127.0.0.1."""
    from app.serve import serve

    serve(home_of(home), port=port)
