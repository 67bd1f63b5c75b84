"""Commands about the rulebook: read it, try a rule, ask what another value would do, change a value between two people."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markdown import Markdown

from app import terminal
from app.commands.options import HomeOption, JsonOption, answer, home_of, topic

commands = topic("The rulebook.")
SettingOption = Annotated[list[str], typer.Option("--set", help="name=value; may be given again")]


@commands.command("list")
def rules_list(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Every rule: its pattern, level, method and what it needs; why a retired one is retired."""
    from kg.site import site_rules

    shown = ("id", "name_zh", "name_en", "pattern", "scene", "level", "method", "status", "retired_because", "version", "needs")
    rows = [{name: getattr(rule, name) for name in shown} for rule in site_rules(home_of(home)).values()]
    answer(rows, as_json=as_json, human=None if as_json else terminal.rules(rows))


@commands.command("explain")
def rules_explain(rule: str, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """How one fraud works, what the rule looks for, where it errs and how to check it; with this site's values."""
    from kg.page import explain as in_words
    from kg.site import rule_named, site_rules

    found = site_rules(home_of(home))[rule_named(rule).id]
    answer(asdict(found), as_json=as_json, human=Markdown(in_words(found)))


@commands.command("test")
def rules_test(
    rule: str,
    case: Annotated[Path | None, typer.Option(metavar="DIR", help="a folder of small contract tables in CSV")] = None,
    as_json: JsonOption = False,
) -> None:
    """Run one rule on a small case, or on those that ship with it: what fired, and why not; exit 1 when a shipped one errs."""
    from app.tuning.trial import cases_of, trial
    from kg.site import rule_named

    named = rule_named(rule)
    trials = [trial(named, folder) for folder in ([case] if case else cases_of(named))]
    answer([asdict(t) for t in trials], as_json=as_json, human=None if as_json else terminal.trials([asdict(t) for t in trials]))
    if not all(t.as_expected for t in trials):
        raise typer.Exit(1)


@commands.command("whatif")
def rules_whatif(rule: str, settings: SettingOption, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What other values would do on the present book: leads in and out, money, institutions, reviewer days. Writes no run."""
    from app.tuning.whatif import whatif
    from kg.site import parse_values, rule_named, site_rules

    chosen = home_of(home)
    values = parse_values(site_rules(chosen)[rule_named(rule).id], settings)
    with terminal.progress(quiet=as_json) as progress:
        value = whatif(chosen, rule, values, progress=progress).to_json()
    answer(value, as_json=as_json, human=None if as_json else terminal.whatif(value))


@commands.command("set")
def rules_set(
    rule: str,
    settings: Annotated[list[str], typer.Argument(metavar="NAME=VALUE...")],
    reason: Annotated[str, typer.Option(help="why the value should be another")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose other values for a rule at this site; a second person approves them."""
    from app.tuning.change import proposed

    change = proposed(home_of(home, make=True), rule, settings, reason=reason)
    answer(
        asdict(change), as_json=as_json, human=f"{change.id} 待第二人批准 · waits for a second person: ringscope rules approve {change.id}"
    )


@commands.command("approve")
def rules_approve(change_id: str, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Put a proposed change into force; refused to the person who proposed it."""
    from app.tuning.change import approved

    change, version = approved(home_of(home), change_id)
    human = f"{change.rule} 第 {version} 版生效，下次 detect 起用 · version {version} counts from the next detect"
    answer({**asdict(change), "version": version}, as_json=as_json, human=human)


@commands.command("changes")
def rules_changes(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Changes of values at this site: proposed, in force, stale."""
    from kg.site import changes

    rows = [{**asdict(change), "state": change.state} for change in changes(home_of(home))]
    answer(rows, as_json=as_json, human=None if as_json else terminal.changes(rows))
