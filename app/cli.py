"""The command line: every command of the design, each one a thin call into the folder that answers its question."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console, RenderableType
from rich.markdown import Markdown

from app import terminal
from graph.errors import InputAtFault, NotBuiltYet, RingscopeError, WrongUse
from graph.home import Home
from graph.log import set_up as set_up_log

if TYPE_CHECKING:
    from ingest.reconcile import Report

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="医保基金图谱调查平台 · from claim files to leads to evidence.",
)
server_commands = typer.Typer(no_args_is_help=True, help="The managed Neo4j.")
rules_commands = typer.Typer(no_args_is_help=True, help="The rulebook.")
audit_commands = typer.Typer(no_args_is_help=True, help="The ledger.")
app.add_typer(server_commands, name="server")
app.add_typer(rules_commands, name="rules")
app.add_typer(audit_commands, name="audit")

out = Console()
HomeOption = Annotated[Path | None, typer.Option("--home", help="the state folder", envvar="RINGSCOPE_HOME")]
JsonOption = Annotated[bool, typer.Option("--json", help="one JSON object for machines")]
FormatOption = Annotated[str, typer.Option("--format", help="table | jsonl | csv | parquet")]
OutOption = Annotated[Path | None, typer.Option("--out", help="write to this file")]


class _Chosen:
    """The --home given before the command, which a command's own --home overrules."""

    home: Path | None = None


@app.callback()
def options(home: HomeOption = None) -> None:
    _Chosen.home = home


def _home(own: Path | None = None, *, make: bool = False) -> Home:
    home = Home.find(own or _Chosen.home)
    if make:
        home.make()
    if home.root.exists():
        set_up_log(home)
    return home


def _print(value: object, *, as_json: bool, human: RenderableType | None = None) -> None:
    if as_json:
        sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    elif human is not None:
        out.print(human)


@app.command()
def demo(
    home: HomeOption = None,
    persons: int = 20_000,
    months: int = 6,
    seed: int = 7,
    serve: Annotated[bool, typer.Option(envvar="SERVE", help="open the room at the end")] = True,
) -> None:
    """All of it: a synthetic city, its leads, the room on 127.0.0.1."""
    from app.demo import run_demo

    run_demo(own_home(home), persons=persons, months=months, seed=seed, serve=serve)


def own_home(home: Path | None) -> Home:
    """The demo's home: the one that was named, else `.ringscope-demo/` here, so that synthetic people never meet real ones."""
    import os

    named = home or _Chosen.home or os.environ.get("RINGSCOPE_HOME")
    return Home.find(named or Path.cwd() / ".ringscope-demo")


@app.command()
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
    _print(parts, as_json=as_json, human="\n".join(parts.values()))


@app.command()
def check(delivery: Annotated[Path, typer.Argument(metavar="DIR")], home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The contract's verdict on a delivery; no server needed; exit 1 when it is unusable."""
    from ingest.door import check as check_delivery

    with terminal.progress(quiet=as_json) as progress:
        report = check_delivery(delivery, _home(home), progress=progress)
    _report(report, as_json=as_json)


@app.command()
def ingest(
    delivery: Annotated[Path, typer.Argument(metavar="DIR")],
    name: Annotated[str | None, typer.Option(help="a name for this delivery")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check, book and graph; prints the reconciliation; safe to repeat."""
    from app.leads.lead_graph import write_again
    from app.record import record
    from ingest.door import ingest as ingest_delivery
    from ingest.load import load_graph

    chosen = _home(home, make=True)
    with terminal.progress(quiet=as_json) as progress:
        report = ingest_delivery(delivery, chosen, name=name, progress=progress)
        fault = None
        if report.usable:
            record(chosen, "ingest", report.delivery_id, report.totals())
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
    _print(value, as_json=as_json, human=None if as_json else terminal.reconciliation(value))
    if not report.usable:
        if not as_json:
            out.print(str(report.why))
        raise typer.Exit(1)


def _rules_without(tables: Sequence[str]) -> list[str]:
    """Active rules that cannot run while these tables are missing."""
    from graph.book import TRACE_TABLE
    from graph.contract import CONTRACT
    from kg.engine import choose, lacks

    present = set(CONTRACT.tables) - set(tables)
    if any(column.split for table in present for column in CONTRACT[table].columns.values()):
        present.add(TRACE_TABLE)  # the book derives it from any table that carries trace codes
    return sorted(rule.id for rule in choose(None).values() if lacks(rule, present))


@app.command()
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

    if only in {"rings", "scores"}:
        raise NotBuiltYet(f"detect --only {only}")
    if only not in {None, "rules"}:
        raise WrongUse(f"--only {only}", "rules, rings or scores")
    chosen = _home(home)
    if not Manifest.read(chosen.book).tables:
        raise InputAtFault(f"the book of {chosen.root} is empty", "a delivery that was taken in", "ringscope ingest DELIVERY")
    with terminal.progress(quiet=as_json) as progress:
        made = run(chosen, only=only, date_from=terminal.day(date_from), date_to=terminal.day(date_to), progress=progress)
    record(chosen, "detect", made.run_id, {"findings": made.findings, "leads": made.leads})
    _print(made.to_json(), as_json=as_json, human=None if as_json else terminal.run_table(made.to_json()))


@app.command()
def leads(
    format: FormatOption = "table",
    out_file: OutOption = None,
    show_all: Annotated[bool, typer.Option("--all", help="gone and cleared leads too")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The leads of the last run, sorted by rank."""
    from app.leads import Leads

    Leads.open(_home(home)).write("jsonl" if as_json else format, out_file, everything=show_all)


@app.command()
def findings(format: FormatOption = "table", out_file: OutOption = None, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The rule hits of the last run."""
    from app.leads import Leads

    Leads.open(_home(home)).write_findings("jsonl" if as_json else format, out_file)


@app.command()
def evaluate(
    key: Annotated[Path, typer.Option(help="the folder of the answer key")],
    home: HomeOption = None,
    as_json: JsonOption = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="the table that stands in the README")] = False,
) -> None:
    """Grade the last run against an answer key (data-contract 2.4)."""
    from app.evaluate import evaluate as grade

    report = grade(_home(home), key)
    if markdown:
        sys.stdout.write(report.to_markdown() + "\n")
        return
    _print(report.to_json(), as_json=as_json, human=None if as_json else terminal.grades(report))


@app.command()
def explain(what: Annotated[str, typer.Argument(metavar="LEAD_ID|TYPE:ID")], home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What a lead alleges, on what evidence, and what speaks against it."""
    from app.leads import Leads

    value = Leads.open(_home(home)).explain(what)
    _print(value, as_json=as_json, human=None if as_json else terminal.explanation(value))


@rules_commands.command("list")
def rules_list(as_json: JsonOption = False) -> None:
    """Every rule: its pattern, level, method and what it needs."""
    from kg.rulebook import RULEBOOK

    shown = ("id", "name_zh", "name_en", "pattern", "scene", "level", "method", "status", "version", "needs")
    rows = [{name: getattr(rule, name) for name in shown} for rule in RULEBOOK.values()]
    _print(rows, as_json=as_json, human=None if as_json else terminal.rules(rows))


@rules_commands.command("explain")
def rules_explain(rule: str, as_json: JsonOption = False) -> None:
    """How one fraud works, what the rule looks for, where it errs and how to check it."""
    from kg.page import explain as in_words
    from kg.rulebook import RULEBOOK

    if rule not in RULEBOOK:
        raise WrongUse(f"no rule named {rule}", "one of: " + ", ".join(sorted(RULEBOOK)), "ringscope rules list")
    _print(asdict(RULEBOOK[rule]), as_json=as_json, human=Markdown(in_words(RULEBOOK[rule])))


@server_commands.command("start")
def server_start(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Start the managed Neo4j of this home, or say that it runs."""
    from graph.server import Server

    with terminal.progress(quiet=as_json) as progress:
        running = Server(_home(home, make=True)).start(progress=progress)
    _print({"uri": running.uri, "pid": running.pid}, as_json=as_json, human=f"Neo4j {running.uri} (pid {running.pid})")


@server_commands.command("stop")
def server_stop(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Stop it cleanly."""
    from graph.server import Server

    Server(_home(home)).stop()
    _print({"state": "stopped"}, as_json=as_json, human="stopped")


@server_commands.command("status")
def server_status(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Whether it runs, where, and since when."""
    from graph.server import Server

    status = Server(_home(home)).status()
    _print(vars(status), as_json=as_json, human=" · ".join(f"{k} {v}" for k, v in vars(status).items() if v is not None))


@audit_commands.command("verify")
def audit_verify(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Check the ledger's chain; names the first broken entry."""
    from graph.ledger import Ledger

    verdict = Ledger(_home(home)).verify()
    whole = verdict.first_broken is None
    human = f"{verdict.entries} entries, chain whole" if whole else f"entry {verdict.first_broken} is broken"
    human += f": {verdict.reason}" if verdict.reason else ""
    _print(vars(verdict), as_json=as_json, human=human)
    if not whole:
        raise typer.Exit(1)


@app.command(name="app")
def room(port: int = 0, home: HomeOption = None) -> None:
    """Open the investigation room on 127.0.0.1."""
    from app.serve import serve

    serve(_home(home), port=port)


@app.command()
def doctor(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What this machine has and lacks, and what to type."""
    from graph.server.doctor import facts

    found = facts(_home(home))
    _print([vars(f) for f in found], as_json=as_json, human=None if as_json else terminal.doctor(found))
    if not all(f.ok for f in found):
        raise typer.Exit(3)


@app.command()
def bench(
    persons: int = 200_000,
    months: int = 6,
    only: Annotated[str | None, typer.Option(help="ingest | graph | rules | room | grades")] = None,
    work: Annotated[Path | None, typer.Option(help="a folder for the city and the homes")] = None,
    as_json: JsonOption = False,
) -> None:
    """The full-size measurements, peers beside us, ratios from one run."""
    from app.bench import run_bench

    value = run_bench(persons=persons, months=months, only=only, work=work)
    _print(value, as_json=as_json, human=None if as_json else terminal.bench(value))


_LATER = {
    app: {
        "rings": "rings",
        "knowledge": "knowledge load|list",
        "law": "law load|list",
        "train": "train",
        "score": "score",
        "models": "models",
        "read": "read FILE",
        "face": "face A B",
        "evidence": "evidence LEAD_ID",
        "verify": "verify FILE",
        "scenes": "scenes",
        "gate": "gate",
        "purge": "purge",
    },
    server_commands: {"backup": "server backup", "restore": "server restore"},
    rules_commands: {"test": "rules test", "whatif": "rules whatif"},
}


def _promise(group: typer.Typer, name: str, what: str) -> None:
    def later(_words: Annotated[list[str] | None, typer.Argument(metavar="...")] = None) -> None:
        raise NotBuiltYet(what)

    later.__doc__ = f"{what}: not built yet."
    group.command(name, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(later)


for _group, _commands in _LATER.items():
    for _name, _what in _commands.items():
        _promise(_group, _name, _what)


def main() -> None:
    """Run a command; a failure prints what was seen, what was expected and what to do, never a traceback."""
    try:
        app(standalone_mode=True)
    except RingscopeError as fault:
        sys.stderr.write(f"{fault}\n")
        sys.exit(fault.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
