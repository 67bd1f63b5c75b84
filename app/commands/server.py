"""Commands about the managed Neo4j of a home."""

from __future__ import annotations

from app import terminal
from app.commands.later import promise
from app.commands.options import HomeOption, JsonOption, answer, home_of, topic

commands = topic("The managed Neo4j.")
promise(commands, "backup", "server backup")
promise(commands, "restore", "server restore")


@commands.command("start")
def server_start(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Start the managed Neo4j of this home, or say that it runs."""
    from graph.server import Server

    with terminal.progress(quiet=as_json) as progress:
        running = Server(home_of(home, make=True)).start(progress=progress)
    answer({"uri": running.uri, "pid": running.pid}, as_json=as_json, human=f"Neo4j {running.uri} (pid {running.pid})")


@commands.command("stop")
def server_stop(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Stop it cleanly."""
    from graph.server import Server

    Server(home_of(home)).stop()
    answer({"state": "stopped"}, as_json=as_json, human="stopped")


@commands.command("status")
def server_status(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Whether it runs, where, and since when."""
    from graph.server import Server

    status = Server(home_of(home)).status()
    answer(vars(status), as_json=as_json, human=" · ".join(f"{k} {v}" for k, v in vars(status).items() if v is not None))
