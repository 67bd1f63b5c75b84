"""Commands about the ledger."""

from __future__ import annotations

import typer

from app.commands.options import HomeOption, JsonOption, answer, home_of, topic

commands = topic("The ledger.")


@commands.command("verify")
def audit_verify(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Check the ledger's chain; names the first broken entry."""
    from graph.ledger import Ledger

    verdict = Ledger(home_of(home)).verify()
    whole = verdict.first_broken is None
    human = f"{verdict.entries} entries, chain whole" if whole else f"entry {verdict.first_broken} is broken"
    human += f": {verdict.reason}" if verdict.reason else ""
    answer(vars(verdict), as_json=as_json, human=human)
    if not whole:
        raise typer.Exit(1)
