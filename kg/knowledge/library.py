"""What is loaded: versions of the library, each a set of parts, kept as Parquet beside the book.

`knowledge/manifest.json` names every version; replacing it by rename is the one moment at which a load takes effect. A part is one
source file's rows of one table. Loading a file of the same name replaces its parts; older ones stay on disk for their versions.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl

from graph.contract import KNOWLEDGE
from graph.errors import WrongUse
from graph.home import Home
from kg.knowledge.typed import duckdb_columns, typed

Layer = Literal["carried", "published", "own"]
"""carried: facts that come with the product; published: an authority's workbook; own: a site's table, which wins."""


@dataclass(frozen=True)
class Part:
    """One source file's rows of one table."""

    source: str
    """Name of the source file."""
    table: str
    layer: Layer
    path: str
    """Relative to the knowledge folder; named by the digest of the rows."""
    rows: int


@dataclass(frozen=True)
class Version:
    """One state of the library."""

    id: str
    """Digest of its parts: equal content, equal id."""
    loaded: str
    parts: tuple[Part, ...]


class Library:
    """The versions of one home, or only what the product carries."""

    def __init__(self, folder: Path | None, versions: Sequence[Version] = ()) -> None:
        self.folder = folder
        self.versions = tuple(versions)

    @classmethod
    def of(cls, home: Home) -> Library:
        """The library of this home; without a load it holds what the product carries."""
        folder = home.root / "knowledge"
        try:
            raw = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls(folder)
        return cls(folder, [Version(v["id"], v["loaded"], tuple(Part(**part) for part in v["parts"])) for v in raw["versions"]])

    @property
    def parts(self) -> tuple[Part, ...]:
        """Parts of the current version, those that the product carries included."""
        return (*self.loaded, *(Part("kg/knowledge/carried", name, "carried", "", len(frame)) for name, frame in carried().items()))

    @property
    def loaded(self) -> tuple[Part, ...]:
        return self.versions[-1].parts if self.versions else ()

    @property
    def id(self) -> str:
        """Names the content; it changes with what is carried, too."""
        return _digest(*sorted(part.path for part in self.loaded), *(_content(frame) for frame in carried().values()))

    def version(self, id: str) -> Version:
        """The version whose id begins so. Raises WrongUse when there is none or more than one."""
        found = [version for version in dict.fromkeys(self.versions) if version.id.startswith(id)]
        if len({version.id for version in found}) != 1:
            known = ", ".join(version.id for version in self.versions) or "none: nothing was loaded yet"
            raise WrongUse(f"the version {id}", f"the beginning of one of {known}", "ringscope knowledge list shows them")
        return found[-1]

    def frame(self, part: Part) -> pl.DataFrame:
        """The rows of a part."""
        return carried()[part.table] if part.layer == "carried" else pl.read_parquet(self._folder / part.path)

    def fill(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create every kb_ table as a temporary table that holds what stands: own rows, else published, else carried ones."""
        for table in KNOWLEDGE.values():
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {table.name} ({duckdb_columns(table)})")
            layers = [(part.layer, self.frame(part)) for part in self.parts if part.table == table.name]
            if layers:
                every = pl.concat(frame.with_columns(pl.lit(layer).alias("layer")) for layer, frame in layers)
                connection.register("every_row", every.to_arrow())
                connection.execute(f"INSERT INTO {table.name} BY NAME {standing(table.name)}")
                connection.unregister("every_row")

    def holds(self) -> frozenset[str]:
        """Tables that have rows, and `kb_point.<kind>` for each kind of points."""
        kinds = {f"kb_point.{kind}" for p in self.parts if p.table == "kb_point" for kind in self.frame(p)["rule_kind"].unique()}
        return frozenset({part.table for part in self.parts if part.rows} | kinds)

    def with_version(self, parts: Sequence[Part], frames: Mapping[str, pl.DataFrame], when: datetime) -> Library:
        """Write `frames` (by path) and a version of `parts`; the version takes effect when the manifest is renamed, or not at all."""
        for path, frame in frames.items():
            target = self._folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            frame.write_parquet(target)
        version = Version(_digest(*sorted(part.path for part in parts)), when.isoformat(timespec="seconds"), tuple(parts))
        versions = (*self.versions, version)
        part = self._folder / "manifest.json.part"
        with part.open("w", encoding="utf-8") as out:
            json.dump({"versions": [asdict(v) for v in versions]}, out, ensure_ascii=False, indent=1)
            out.flush()
            os.fsync(out.fileno())
        part.replace(self._folder / "manifest.json")
        return Library(self._folder, versions)

    @property
    def _folder(self) -> Path:
        if self.folder is None:
            raise ValueError("a library that is only carried has no folder")
        return self.folder


CARRIED = Library(None)
"""What the product carries, for a connection that belongs to no home."""


@cache
def carried() -> Mapping[str, pl.DataFrame]:
    """Published facts that come with the product, each row with its source and date."""
    folder = files(__package__) / "carried"
    frames = {}
    for entry in sorted(folder.iterdir(), key=lambda path: path.name):
        if entry.name.endswith(".csv"):
            with as_file(entry) as path:
                rows = pl.read_csv(path, infer_schema=False).to_dicts()
            name = entry.name.removesuffix(".csv")
            frames[name] = typed(KNOWLEDGE[name], rows, {})
    return frames


def part_of(source: str, table: str, layer: Layer, frame: pl.DataFrame) -> Part:
    """The part that these rows make."""
    return Part(source, table, layer, f"{table}/{_content(frame)}.parquet", len(frame))


def standing(table: str) -> str:
    """Query over `every_row`: what stands when layers meet. An own row replaces the others of its key, a published kind the carried one."""
    declared = KNOWLEDGE[table]
    columns = ", ".join(f'e."{name}"' for name in declared.columns)
    same = " AND ".join(f'o."{name}" IS NOT DISTINCT FROM e."{name}"' for name in declared.key)
    of_kind = " AND o.rule_kind = e.rule_kind" if table == "kb_point" else ""
    once = ", ".join(f'e."{name}"' for name in declared.columns if name not in {"source_file", "source_row", "published", "note"})
    return f"""
        SELECT DISTINCT ON ({once}) {columns} FROM every_row e
        WHERE e.layer = 'own'
           OR NOT EXISTS (SELECT 1 FROM every_row o WHERE o.layer = 'own' AND {same})
          AND (e.layer = 'published' OR NOT EXISTS (SELECT 1 FROM every_row o WHERE o.layer = 'published'{of_kind}))
        ORDER BY {once}, e.source_file, e.source_row"""


def _content(frame: pl.DataFrame) -> str:
    return _digest(frame.write_csv())


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
