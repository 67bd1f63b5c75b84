"""`ringscope knowledge load`: files become a new version of the library, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from graph.contract import KNOWLEDGE
from graph.errors import InputAtFault
from graph.home import Home
from graph.lock import hold
from kg.knowledge.difference import Difference, difference
from kg.knowledge.library import Layer, Library, Part, carried, part_of
from kg.knowledge.sheet import titles
from kg.knowledge.table import is_own, read_own, table_named
from kg.knowledge.typed import refuse_contradictions, typed
from kg.knowledge.workbook import read_workbook

SUFFIXES = frozenset({".xlsx", ".csv", ".parquet"})


@dataclass(frozen=True)
class Loaded:
    """What a load did."""

    version: str
    parts: tuple[Part, ...]
    """What these files brought."""
    difference: Difference
    """Against the version before."""
    overrides: int
    """Own rows that replace a published or carried one."""
    out_of_force: int
    """Rows whose validity ended before today."""

    @property
    def new(self) -> bool:
        """Whether anything changed."""
        return bool(self.difference)


def load(
    home: Home, source: Path, *, published: date | None = None, valid_from: date | None = None, valid_to: date | None = None
) -> Loaded:
    """Read a file, or all files of a folder, and make them the current version of the library of `home`.

    The dates fill what the files leave open. Raises InputAtFault when a file cannot be read as knowledge or contradicts another;
    nothing is loaded then.
    """
    defaults = {"published": published, "valid_from": valid_from, "valid_to": valid_to}
    brought = [part for path in _files(source) for part in _read(path, defaults)]
    with hold(home, "knowledge", "loading knowledge"):
        library = Library.of(home)
        names = {part.source for part, _ in brought}
        kept = [(part, library.frame(part)) for part in library.loaded if part.source not in names]
        parts = sorted((*kept, *brought), key=lambda one: (one[0].layer, one[0].source, one[0].table))
        _agree(parts)
        changes = difference(library.loaded, [part for part, _ in parts], library.frame, dict(brought).__getitem__)
        if changes:
            frames = {part.path: frame for part, frame in brought}
            library = library.with_version([part for part, _ in parts], frames, datetime.now())
    today = pl.lit(date.today())
    ended = sum(len(frame.filter(pl.col("valid_to") < today)) for _, frame in brought)
    return Loaded(library.versions[-1].id, tuple(part for part, _ in brought), changes, _overrides(parts), ended)


def _files(source: Path) -> list[Path]:
    found = sorted(path for path in source.iterdir() if path.suffix.lower() in SUFFIXES) if source.is_dir() else [source]
    if not found or not all(path.is_file() and path.suffix.lower() in SUFFIXES for path in found):
        raise InputAtFault(f"{source}: nothing to load", "a file or a folder of .xlsx, .csv or .parquet", "name the right one")
    return found


def _read(path: Path, defaults: dict[str, date | None]) -> list[tuple[Part, pl.DataFrame]]:
    if path.suffix.lower() != ".xlsx" or is_own(path) or _has_own_sheets(path):
        tables = [(table, typed(table, rows, defaults)) for table, rows in read_own(path)]
        return [(part_of(path.name, table.name, "own", frame), frame) for table, frame in tables]
    points = typed(KNOWLEDGE["kb_point"], read_workbook(path), defaults)
    return [(part_of(path.name, "kb_point", "published", points), points)]


def _has_own_sheets(path: Path) -> bool:
    return any(table_named(title) for title in titles(path))


def _agree(parts: Sequence[tuple[Part, pl.DataFrame]]) -> None:
    """Refuse contradictions inside a layer; between layers the own row wins."""
    groups: dict[tuple[Layer, str], list[pl.DataFrame]] = {}
    for part, frame in parts:
        groups.setdefault((part.layer, part.table), []).append(frame)
    for (_, table), frames in groups.items():
        refuse_contradictions(KNOWLEDGE[table], pl.concat(frames))


def _overrides(parts: Sequence[tuple[Part, pl.DataFrame]]) -> int:
    total = 0
    for name, table in KNOWLEDGE.items():
        own = [frame.select(table.key) for part, frame in parts if part.table == name and part.layer == "own"]
        others = [frame.select(table.key) for part, frame in parts if part.table == name and part.layer == "published"]
        others += [carried()[name].select(table.key)] if name in carried() else []
        if own and others:
            total += len(pl.concat(own).unique().join(pl.concat(others).unique(), on=table.key, how="semi", nulls_equal=True))
    return total
