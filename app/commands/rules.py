"""Commands about the rulebook."""

from __future__ import annotations

from dataclasses import asdict

from rich.markdown import Markdown

from app import terminal
from app.commands.later import promise
from app.commands.options import JsonOption, answer, topic
from graph.errors import WrongUse

commands = topic("The rulebook.")
promise(commands, "test", "rules test")
promise(commands, "whatif", "rules whatif")


@commands.command("list")
def rules_list(as_json: JsonOption = False) -> None:
    """Every rule: its pattern, level, method and what it needs."""
    from kg.rulebook import RULEBOOK

    shown = ("id", "name_zh", "name_en", "pattern", "scene", "level", "method", "status", "version", "needs")
    rows = [{name: getattr(rule, name) for name in shown} for rule in RULEBOOK.values()]
    answer(rows, as_json=as_json, human=None if as_json else terminal.rules(rows))


@commands.command("explain")
def rules_explain(rule: str, as_json: JsonOption = False) -> None:
    """How one fraud works, what the rule looks for, where it errs and how to check it."""
    from kg.page import explain as in_words
    from kg.rulebook import RULEBOOK

    if rule not in RULEBOOK:
        raise WrongUse(f"no rule named {rule}", "one of: " + ", ".join(sorted(RULEBOOK)), "ringscope rules list")
    answer(asdict(RULEBOOK[rule]), as_json=as_json, human=Markdown(in_words(RULEBOOK[rule])))
