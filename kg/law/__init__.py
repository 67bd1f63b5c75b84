"""Which articles answer to a pattern, which elements must be shown, and what may be said against it.

One TOML per pattern, in our own words: article numbers, elements, kinds of evidence, defences. Never the wording of a statute, and no
number where the number is not certain. Built from the platform's law notes of 2026-11-22; a person proof-reads before anything is printed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from graph.errors import WrongUse
from kg.patterns import PATTERNS

Section = Literal["duty", "plain", "fraud", "criminal", "agreement"]
"""duty = what was owed; plain = without intent; fraud = with intent; criminal = a clue for the police; agreement = the contract."""

ADMINISTRATIVE: tuple[Section, ...] = ("duty", "plain", "fraud")
"""What a lead names. Criminal articles wait for a case: a lead accuses nobody of a crime."""


@dataclass(frozen=True)
class Statute:
    """A law or regulation: titles and the day from which it applies."""

    id: str
    title: str
    short: str
    effective: date
    number: str = ""


@dataclass(frozen=True)
class Article:
    """One article, by number only."""

    section: Section
    statute: str
    article: str
    """Empty where the number is not certain (条号待核): then none may be printed."""
    paragraph: str = ""
    item: str = ""
    of: tuple[str, ...] = ()
    """Subject types it binds; empty = any."""
    fine: tuple[int, ...] = ()
    """Least and most, as multiples of the amount."""
    when: str = ""
    explicit: bool = True
    """Whether the article names the act; where it does not, the mapping is our classification."""

    def binds(self, subject: str) -> bool:
        return not self.of or subject == "ring" or subject in self.of

    def citation(self) -> dict[str, str | None]:
        """As a lead prints it (data-contract 2.1)."""
        parts = {"article": self.article, "paragraph": self.paragraph, "item": self.item}
        return {"statute": self.statute, **{key: value or None for key, value in parts.items()}}


@dataclass(frozen=True)
class Element:
    """One fact that must be shown."""

    fact: str
    kinds: tuple[str, ...]
    """Kinds of evidence, of the eight that the penalty procedure knows."""
    evidence: str
    tables: tuple[str, ...]
    """Delivered tables whose rows speak to it; none = no delivered data can show it."""


@dataclass(frozen=True)
class Law:
    """What the law says to one pattern, as our analysis."""

    pattern: str
    explicit: bool
    articles: tuple[Article, ...]
    elements: tuple[Element, ...]
    defences: tuple[str, ...]
    note: str = ""

    def citations(self, subject: str, sections: Iterable[Section] = ADMINISTRATIVE) -> list[dict[str, str | None]]:
        """The articles that bind this type of subject, each once; all where none does (a patient's empty bed is the hospital's deed)."""
        asked = [a for a in self.articles if a.section in set(sections)]
        cited = [a.citation() for a in [a for a in asked if a.binds(subject)] or asked]
        return [citation for place, citation in enumerate(cited) if citation not in cited[:place]]

    def shown(self, tables: Iterable[str]) -> tuple[tuple[Element, tuple[str, ...]], ...]:
        """Each element with the cited tables that speak to it; an empty tuple means that it is still to be shown."""
        have = set(tables)
        return tuple((element, tuple(t for t in element.tables if t in have)) for element in self.elements)


def _statutes() -> Mapping[str, Statute]:
    raw = tomllib.loads((files(__package__) / "_statutes.toml").read_text(encoding="utf-8"))
    return {key: Statute(id=key, **value) for key, value in raw.items()}


STATUTES: Mapping[str, Statute] = _statutes()


@cache
def law_for(pattern: str, on: date | None = None) -> Law:
    """The law of a pattern; with a day, only articles of statutes in force on it (the day of the act, not of the lead)."""
    if pattern not in PATTERNS:
        raise WrongUse(f"the pattern {pattern}", "one of kg/patterns.toml", "name one of: " + ", ".join(PATTERNS))
    raw = tomllib.loads((files(__package__) / f"{pattern}.toml").read_text(encoding="utf-8"))
    common = tomllib.loads((files(__package__) / "_common.toml").read_text(encoding="utf-8"))
    elements = [element for name in raw["common"] for element in common[name]["elements"]] + raw["elements"]
    articles = (_frozen(entry) for entry in raw["articles"] if on is None or STATUTES[entry["statute"]].effective <= on)
    return Law(
        pattern=pattern,
        explicit=raw["explicit"],
        articles=tuple(Article(**entry) for entry in articles),
        elements=tuple(Element(**_frozen(entry)) for entry in elements),
        defences=tuple(raw["defences"]),
        note=raw.get("note", ""),
    )


def _frozen(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
