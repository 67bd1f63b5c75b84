"""Commands about files that come in: make some, check them, take them in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import terminal
from app.commands.options import HomeOption, JsonOption, answer, home_of, out, topic
from graph.errors import RingscopeError

if TYPE_CHECKING:
    from ingest.reconcile import Report

commands = topic()


@commands.command()
def city(
    out_dir: Annotated[Path, typer.Argument(metavar="OUT")],
    persons: int = 20_000,
    months: int = 6,
    seed: int = 7,
    as_json: JsonOption = False,
) -> None:
    """A synthetic city: OUT/data as a bureau would deliver it, OUT/answer_key apart."""
    from ingest.city import build

    with terminal.progress(quiet=as_json) as progress:
        build(out_dir, persons=persons, months=months, seed=seed, progress=progress)
    parts = {"data": str(out_dir / "data"), "answer_key": str(out_dir / "answer_key")}
    answer(parts, as_json=as_json, human="\n".join(parts.values()))


@commands.command()
def check(delivery: Annotated[Path, typer.Argument(metavar="DIR")], home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The contract's verdict on a delivery; no server needed; exit 1 when it is unusable."""
    from ingest.door import check as check_delivery

    with terminal.progress(quiet=as_json) as progress:
        report = check_delivery(delivery, home_of(home), progress=progress)
    _report(report, as_json=as_json)


@commands.command()
def ingest(
    delivery: Annotated[Path, typer.Argument(metavar="DIR")],
    name: Annotated[str | None, typer.Option(help="a name for this delivery")] = None,
    accept_volume: Annotated[str | None, typer.Option(metavar="REASON", help="why it has so few or so many rows")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check, book and graph; prints the reconciliation; safe to repeat."""
    from app.leads.lead_graph import write_again
    from app.record import record
    from ingest.door import ingest as ingest_delivery
    from ingest.load import load_graph

    chosen = home_of(home, make=True)
    with terminal.progress(quiet=as_json) as progress:
        report = ingest_delivery(delivery, chosen, name=name, any_volume=bool(accept_volume), progress=progress)
        fault = None
        if report.usable:
            record(chosen, "ingest", report.delivery_id, report.totals(), reason=accept_volume or "")
            try:
                if load_graph(chosen, progress=progress).leads_dropped:
                    write_again(chosen)
            except RingscopeError as raised:  # the book has the delivery; what came of it is told before what the graph lacks
                fault = raised
    _report(report, as_json=as_json)
    if fault:
        raise fault


def _report(report: Report, *, as_json: bool) -> None:
    value = {**report.to_json(), "missing_tables": list(report.switched_off), "switched_off": _rules_without(report.switched_off)}
    answer(value, as_json=as_json, human=None if as_json else terminal.reconciliation(value))
    if not report.usable:
        if not as_json:
            out.print(str(report.why))
        raise typer.Exit(1)


def _rules_without(tables: Sequence[str]) -> list[str]:
    """Active rules that cannot run while these tables are missing."""
    from graph.book import TRACE_TABLE
    from graph.contract import CONTRACT, KNOWLEDGE
    from kg.engine import choose, lacks

    present = set(CONTRACT.tables) - set(tables)
    if any(column.split for table in present for column in CONTRACT[table].columns.values()):
        present.add(TRACE_TABLE)  # the book derives it from any table that carries trace codes
    # what the knowledge library lacks is no fault of the delivery: `knowledge list` tells it
    return sorted(rule.id for rule in choose(None).values() if lacks(rule, {*present, *KNOWLEDGE, f"kb_point.{rule.id}"}))
