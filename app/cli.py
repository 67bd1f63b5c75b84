"""The command line: every command of the design, each one a thin call into the folder that answers its question."""

from __future__ import annotations

import sys

import typer

from app.commands import audit, delivery, evidence, jobs, knowledge, later, law, lead, machine, room, rules, server
from app.commands.options import Chosen, HomeOption
from graph.errors import RingscopeError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="医保基金图谱调查平台 · from claim files to leads to evidence.",
)
app.add_typer(room.commands)
app.add_typer(delivery.commands)
app.add_typer(lead.commands)
app.add_typer(evidence.commands)
app.add_typer(rules.commands, name="rules")
app.add_typer(knowledge.commands, name="knowledge")
app.add_typer(law.commands, name="law")
app.add_typer(audit.commands, name="audit")
app.add_typer(server.commands, name="server")
app.add_typer(jobs.commands, name="jobs")
app.add_typer(machine.commands)
app.add_typer(later.commands)


@app.callback()
def options(home: HomeOption = None) -> None:
    Chosen.home = home


def main(words: list[str] | None = None) -> None:
    """Run the words, or those of the process; a failure prints what was seen, what was expected and what to do, never a traceback."""
    try:
        app(words, standalone_mode=True)
    except RingscopeError as fault:
        sys.stderr.write(f"{fault}\n")
        sys.exit(fault.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
