"""Commands that the design promises and that are not built yet: each answers 4 and says so."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.options import topic
from graph.errors import NotBuiltYet


def promise(group: typer.Typer, name: str, what: str) -> None:
    """A command of that name which takes any words and says that it is not built yet."""

    def later(_words: Annotated[list[str] | None, typer.Argument(metavar="...")] = None) -> None:
        raise NotBuiltYet(what)

    later.__doc__ = f"{what}: not built yet."
    group.command(name, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(later)


commands = topic()
promise(commands, "train", "train")
promise(commands, "score", "score")
promise(commands, "models", "models")
promise(commands, "read", "read FILE")
promise(commands, "face", "face A B")
promise(commands, "scenes", "scenes")
promise(commands, "gate", "gate")
promise(commands, "purge", "purge")
