"""Commands about what was found: run the detectors, list, explain and grade what they found."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from app import terminal
from app.commands.options import FormatOption, HomeOption, JsonOption, OutOption, answer, home_of, topic
from graph.errors import InputAtFault, NotBuiltYet, WrongUse

commands = topic()


@commands.command()
def detect(
    date_from: Annotated[str | None, typer.Option("--from", help="first day, YYYY-MM-DD")] = None,
    date_to: Annotated[str | None, typer.Option("--to", help="last day, YYYY-MM-DD")] = None,
    only: Annotated[str | None, typer.Option(help="rules | rings | scores")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rules, rings and scores become findings, and findings become leads."""
    from app.leads import run
    from app.record import record
    from graph.book import Manifest

    if only == "scores":
        raise NotBuiltYet(f"detect --only {only}")
    if only not in {None, "rules", "rings"}:
        raise WrongUse(f"--only {only}", "rules, rings or scores")
    chosen = home_of(home)
    if not Manifest.read(chosen.book).tables:
        raise InputAtFault(f"the book of {chosen.root} is empty", "a delivery that was taken in", "ringscope ingest DELIVERY")
    with terminal.progress(quiet=as_json) as progress:
        made = run(chosen, only=only, date_from=terminal.day(date_from), date_to=terminal.day(date_to), progress=progress)
    record(chosen, "detect", made.run_id, {"findings": made.findings, "leads": made.leads})
    answer(made.to_json(), as_json=as_json, human=None if as_json else terminal.run_table(made.to_json()))


@commands.command()
def leads(
    format: FormatOption = "table",
    out_file: OutOption = None,
    show_all: Annotated[bool, typer.Option("--all", help="gone and cleared leads too")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The leads of the last run, sorted by rank."""
    from app.leads import Leads

    Leads.open(home_of(home)).write("jsonl" if as_json else format, out_file, everything=show_all)


@commands.command()
def findings(format: FormatOption = "table", out_file: OutOption = None, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The rule hits of the last run."""
    from app.leads import Leads

    Leads.open(home_of(home)).write_findings("jsonl" if as_json else format, out_file)


@commands.command()
def rings(format: FormatOption = "table", out_file: OutOption = None, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The rings of the last run: members and roles, ties, money shared out, how often chance shows the like, what became of them."""
    from app.leads import Leads

    Leads.open(home_of(home)).write_rings("jsonl" if as_json else format, out_file)


@commands.command()
def clues(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Tips and orders from above, and the leads that each points at; what the informant wrote is never shown here."""
    from app.leads.clues import listed

    rows = listed(home_of(home)).to_dicts()
    answer(rows, as_json=as_json, human=None if as_json else terminal.clues(rows))


@commands.command()
def evaluate(
    key: Annotated[Path, typer.Option(help="the folder of the answer key")],
    home: HomeOption = None,
    as_json: JsonOption = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="the table that stands in the README")] = False,
) -> None:
    """Grade the last run against an answer key (data-contract 2.4)."""
    from app.evaluate import evaluate as grade

    report = grade(home_of(home), key)
    if markdown:
        sys.stdout.write(report.to_markdown() + "\n")
        return
    answer(report.to_json(), as_json=as_json, human=None if as_json else terminal.grades(report))


@commands.command()
def explain(what: Annotated[str, typer.Argument(metavar="LEAD_ID|TYPE:ID")], home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What a lead alleges, on what evidence, and what speaks against it."""
    from app.leads import Leads

    value = Leads.open(home_of(home)).explain(what)
    answer(value, as_json=as_json, human=None if as_json else terminal.explanation(value))
