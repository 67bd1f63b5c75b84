"""Official texts that the user loaded: all files of a folder or none, kept by hash in the home, quoted by number and day of the act."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from graph.errors import EnvironmentAtFault, InputAtFault
from graph.home import Home
from graph.lock import hold
from kg.law import STATUTES, law_for
from kg.law.form import Text, parse
from kg.patterns import PATTERNS

INDEX = "index.json"
FAULTS_SHOWN = 8


@dataclass(frozen=True)
class Quote:
    """Words of an official text, and where they stand."""

    title: str
    number: str
    version: date
    text: str
    sha256: str
    """Of the file that was loaded."""


@dataclass(frozen=True)
class Loaded:
    """What `load` did with one statute."""

    id: str
    version: date
    articles: int
    sha256: str
    state: str
    """new, unchanged or replaced."""


def load(home: Home, source: Path) -> tuple[list[Loaded], list[str]]:
    """Take in the statutes of a folder (or one file); (what became of each, names of files that are no statute).

    Raises InputAtFault with every fault of every file; then nothing is loaded.
    """
    paths = sorted(source.glob("*.toml")) if source.is_dir() else [source] * source.is_file()
    read = {path: parse(path) for path in paths}
    if faults := [f"{path.name}: {fault}" for path, (_, wrong) in read.items() for fault in wrong]:
        more = f"; and {len(faults) - FAULTS_SHOWN} more" if len(faults) > FAULTS_SHOWN else ""
        expected = "statutes as TOML: id, title, short_title, effective, [[article]] no, text"
        raise InputAtFault("; ".join(faults[:FAULTS_SHOWN]) + more, expected, "correct these files; nothing was loaded")
    texts = {path: text for path, (text, _) in read.items() if text}
    if not texts:
        raise InputAtFault(f"no statute in {source}", "*.toml files with id and [[article]]", "name the folder that holds them")
    _refuse_twins(texts)
    with hold(home, "law", "law load"):
        return _keep(home, texts), [path.name for path in paths if path not in texts]


def _refuse_twins(texts: Mapping[Path, Text]) -> None:
    seen: dict[tuple[str, date], Path] = {}
    for path, text in texts.items():
        if other := seen.get((text.id, text.version)):
            raise InputAtFault(f"{other.name} and {path.name} both hold {text.id} of {text.version}", "one file a version",
                               "add `version` (the day from which the wording applies) to the older; nothing was loaded")  # fmt: skip
        seen[text.id, text.version] = path


def _keep(home: Home, texts: Mapping[Path, Text]) -> list[Loaded]:
    """Files under their hash first, then the index: a load that was cut off leaves the old index."""
    home.law.mkdir(exist_ok=True, mode=0o700)
    held = _index(home)
    for path, text in texts.items():
        _write(home.law / f"{text.sha256}.toml", path.read_bytes())
    _write(home.law / INDEX, json.dumps(held | {_key(text): text.sha256 for text in texts.values()}, indent=1, sort_keys=True).encode())
    return [Loaded(text.id, text.version, len(text.articles), text.sha256, _state(held.get(_key(text)), text)) for text in texts.values()]


def _key(text: Text) -> str:
    return f"{text.id} {text.version}"


def _state(before: str | None, text: Text) -> str:
    return "new" if before is None else "unchanged" if before == text.sha256 else "replaced"


def _write(target: Path, data: bytes) -> None:
    """Whole or not there."""
    part = target.with_suffix(".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)


def _index(home: Home) -> dict[str, str]:
    path = home.law / INDEX
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


@cache
def _stored(path: Path) -> Text:
    """A text of the home; its name is its hash, so a changed byte shows."""
    text, _ = parse(path)
    if text is None or text.sha256 != path.stem:
        raise EnvironmentAtFault(
            f"{path} was changed after it was loaded", "the bytes that its name is the hash of", "ringscope law load DIR"
        )
    return text


@dataclass(frozen=True)
class Texts:
    """The loaded texts, oldest version first."""

    texts: tuple[Text, ...] = ()

    @classmethod
    def open(cls, home: Home) -> Texts:
        """EnvironmentAtFault when a stored file is gone or was changed."""
        held = [home.law / f"{sha256}.toml" for sha256 in sorted(set(_index(home).values()))]
        if gone := [path.name for path in held if not path.exists()]:
            raise EnvironmentAtFault(f"{home.law} lacks {gone[0]}", "every text that index.json names", "ringscope law load DIR")
        return cls(tuple(sorted(map(_stored, held), key=lambda text: text.version)))

    def quote(self, citation: Mapping[str, str | None], on: date | None = None) -> Quote | None:
        """The words of a citation as they stood on that day (today without one); None: not loaded, or its number is uncertain."""
        article = citation.get("article")
        day = on or date.max
        held = [text for text in self.texts if text.id == citation["statute"] and text.version <= day]
        known = STATUTES.get(str(citation["statute"]))
        if not article or not held or (known and held[-1].version < (known.version_on(day) or date.min)):
            return None
        newest = held[-1]
        words = newest.wording(article, citation.get("paragraph") or "", citation.get("item") or "")
        return Quote(newest.title, newest.number, newest.version, words, newest.sha256) if words else None

    def lacking(self) -> list[dict[str, str | None]]:
        """Citations of our patterns whose words are not loaded, each once; a number that is uncertain can have none."""
        cited = [article.citation() for pattern in PATTERNS for article in law_for(pattern).articles]
        unique = [citation for place, citation in enumerate(cited) if citation not in cited[:place]]
        return sorted(
            (c for c in unique if not self.quote(c)),
            key=lambda c: tuple(_number(c[p]) for p in ("statute", "article", "paragraph", "item")),
        )


def _number(part: str | None) -> tuple[int, str]:
    """Article 9 before article 10."""
    text = part or ""
    return (int(text.split("-")[0]) if text[:1].isdigit() else 0, text)
