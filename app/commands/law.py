"""Commands about the law: official texts that the user brings, and which of the cited articles lack theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app import terminal
from app.commands.options import HomeOption, JsonOption, answer, home_of, topic

commands = topic("Official texts of the law.")


@commands.command("load")
def law_load(source: Annotated[Path, typer.Argument(metavar="DIR")], home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Take official texts into the home: all files of DIR, or none and what is wrong with each."""
    from app.record import record
    from kg.law.texts import load

    chosen = home_of(home, make=True)
    loaded, passed_over = load(chosen, source)
    for text in loaded:
        if text.state != "unchanged":
            record(chosen, "law.load", text.id, {"version": str(text.version), "sha256": text.sha256, "articles": text.articles})
    value = {"loaded": [vars(text) for text in loaded], "passed_over": passed_over}
    answer(value, as_json=as_json, human=None if as_json else terminal.law_loaded(value))


@commands.command("list")
def law_list(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What is loaded, and which article that our patterns cite lacks its text."""
    from app.leads.citation import citation_zh
    from kg.law.texts import Texts

    texts = Texts.open(home_of(home))
    rows = [
        {"id": t.id, "title": t.title, "short": t.short, "version": t.version, "articles": len(t.articles), "sha256": t.sha256}
        for t in texts.texts
    ]
    value = {"texts": rows, "lacking": [{**c, "zh": citation_zh(c)} for c in texts.lacking()]}
    answer(value, as_json=as_json, human=None if as_json else terminal.law(value))
