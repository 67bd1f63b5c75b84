"""What the commands share: the options that several of them take, the home they mean, and how they answer."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, RenderableType

from graph.home import Home
from graph.log import set_up as set_up_log

out = Console()
HomeOption = Annotated[Path | None, typer.Option("--home", help="the state folder", envvar="RINGSCOPE_HOME")]
JsonOption = Annotated[bool, typer.Option("--json", help="one JSON object for machines")]
FormatOption = Annotated[str, typer.Option("--format", help="table | jsonl | csv | parquet")]
OutOption = Annotated[Path | None, typer.Option("--out", help="write to this file")]


class Chosen:
    """The --home given before the command, which a command's own --home overrules."""

    home: Path | None = None


def home_of(own: Path | None = None, *, make: bool = False) -> Home:
    """The home that a command means; `make` lays it out where it is new."""
    home = Home.find(own or Chosen.home)
    if make:
        home.make()
    if home.root.exists():
        set_up_log(home)
    return home


def answer(value: object, *, as_json: bool, human: RenderableType | None = None) -> None:
    """One JSON object on stdout for machines, the other thing for people."""
    if as_json:
        sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    elif human is not None:
        out.print(human)


def topic(help_text: str | None = None) -> typer.Typer:
    """A group of commands; with a help text it is a command of its own (`ringscope rules ...`)."""
    return typer.Typer(no_args_is_help=True, help=help_text)
