"""Commands about the knowledge library: published rule points and a site's own tables."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group
from rich.table import Table

from app import terminal
from app.commands.options import HomeOption, JsonOption, answer, home_of, topic

if TYPE_CHECKING:
    from kg.knowledge.difference import Difference
    from kg.knowledge.library import Part

commands = topic("The knowledge library.")
Day = Annotated[str | None, typer.Option(help="YYYY-MM-DD, where the file leaves it open")]


@commands.command("load")
def knowledge_load(
    source: Annotated[Path, typer.Argument(metavar="FILE|DIR")],
    published: Day = None,
    valid_from: Day = None,
    valid_to: Day = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Published workbooks as they are, or a site's kb_ tables (xlsx, csv, parquet): all of it becomes a new version, or nothing does."""
    from app.record import record
    from kg.knowledge.loading import load

    chosen = home_of(home, make=True)
    days = {"published": terminal.day(published), "valid_from": terminal.day(valid_from), "valid_to": terminal.day(valid_to)}
    loaded = load(chosen, source, **days)
    if loaded.new:
        record(chosen, "knowledge", loaded.version, {"rows": sum(part.rows for part in loaded.parts), "files": len(loaded.parts)})
    value = {**asdict(loaded), "new": loaded.new, "difference": _words(loaded.difference)}
    notes = [f"版本 version {loaded.version}" if loaded.new else f"内容相同, 仍是版本 the same content, still version {loaded.version}"]
    if loaded.overrides:
        notes.append(f"本地规定取代国家知识点 {loaded.overrides} 条 · a site's own row stands for {loaded.overrides} published ones")
    if loaded.out_of_force:
        notes.append(f"已失效 {loaded.out_of_force} 条 · {loaded.out_of_force} rows are out of force today")
    human = Group(_parts(loaded.parts), *_lines(loaded.difference), *notes, "下一步 next: ringscope detect")
    answer(value, as_json=as_json, human=human)


@commands.command("list")
def knowledge_list(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What is loaded, in which versions, and which rules rest on nothing."""
    from kg.engine import rests_on_nothing
    from kg.knowledge.library import Library

    library = Library.of(home_of(home))
    nothing = rests_on_nothing(library)
    versions = [{"id": v.id, "loaded": v.loaded, "rows": sum(part.rows for part in v.parts)} for v in library.versions]
    value = {"parts": [asdict(part) for part in library.parts], "versions": versions, "rests_on_nothing": nothing}
    said = [f"版本 version {v['id']} · {v['loaded']} · {v['rows']:,}" for v in versions]
    idle = terminal.plain_table("规则 rule", "缺 lacks", rows=[(rule, ", ".join(missing)) for rule, missing in sorted(nothing.items())])
    title = f"{len(nothing)} 条规则没有知识依据 · rules that rest on nothing"
    answer(value, as_json=as_json, human=Group(_parts(library.parts), *said, title, idle))


@commands.command("diff")
def knowledge_diff(old: str, new: str, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What changed from one version to another, in words."""
    from kg.knowledge.difference import difference
    from kg.knowledge.library import Library

    library = Library.of(home_of(home))
    changes = difference(library.version(old).parts, library.version(new).parts, library.frame, library.frame)
    answer(_words(changes), as_json=as_json, human=Group(*_lines(changes) or ["没有变化 · no change"]))


def _parts(parts: tuple[Part, ...]) -> Table:
    layers = {"carried": "随产品 carried", "published": "国家发布 published", "own": "本地 own"}
    rows = [(part.source, layers[part.layer], part.table, f"{part.rows:,}") for part in parts]
    return terminal.plain_table("来源 source", "层 layer", "表 table", "行 rows", rows=rows, right=(3,))


def _words(changes: Difference) -> list[dict[str, object]]:
    return [{**asdict(change), "zh": change.words()[0], "en": change.words()[1]} for change in changes]


def _lines(changes: Difference) -> list[str]:
    return [" · ".join(change.words()) for change in changes]
