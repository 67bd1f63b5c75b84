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
    short_en: str
    effective: date
    number: str = ""
    amended: tuple[date, ...] = ()
    """Days from which a later wording applies, oldest first."""

    def version_on(self, day: date) -> date | None:
        """First day of the wording that was in force on the day of an act; None before there was any."""
        return max((first for first in (self.effective, *self.amended) if first <= day), default=None)


@dataclass(frozen=True)
class Consequence:
    """What an article may bring, in our own words."""

    zh: str
    en: str
    fine: tuple[int, ...] = ()
    """Least and most, as multiples of `base`."""
    base: Literal["loss", "obtained", "due", "arrears", ""] = ""
    fixed: tuple[int, ...] = ()
    """Least and most in yuan, where the fine follows no amount."""


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
    when: str = ""
    when_en: str = ""
    explicit: bool = True
    """Whether the article names the act; where it does not, the mapping is our classification."""

    @property
    def consequence(self) -> Consequence | None:
        """What it may bring; None where the number is uncertain or the article only imposes a duty."""
        if self.section == "duty" or not self.article:
            return None
        return CONSEQUENCES.get(f"{self.statute} {self.article} {self.paragraph}") or CONSEQUENCES.get(f"{self.statute} {self.article}")

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
    fact_en: str
    kinds: tuple[str, ...]
    """Kinds of evidence, of the eight that the penalty procedure knows."""
    evidence: str
    evidence_en: str
    tables: tuple[str, ...]
    """Delivered tables whose rows speak to it; none = no delivered data can show it."""
    intent: bool = False
    """Only the fraud articles ask for it."""


@dataclass(frozen=True)
class Law:
    """What the law says to one pattern, as our analysis."""

    pattern: str
    explicit: bool
    articles: tuple[Article, ...]
    elements: tuple[Element, ...]
    defences: tuple[str, ...]
    defences_en: tuple[str, ...]
    note: str = ""
    note_en: str = ""

    def binding(self, subject: str, sections: Iterable[Section] = ADMINISTRATIVE) -> list[Article]:
        """The articles that bind this type of subject; all where none does (a patient's empty bed is the hospital's deed)."""
        asked = [a for a in self.articles if a.section in set(sections)]
        return [a for a in asked if a.binds(subject)] or asked

    def citations(self, subject: str, sections: Iterable[Section] = ADMINISTRATIVE) -> list[dict[str, str | None]]:
        """Those articles by number, each once."""
        cited = [article.citation() for article in self.binding(subject, sections)]
        return [citation for place, citation in enumerate(cited) if citation not in cited[:place]]

    def shown(self, tables: Iterable[str]) -> tuple[tuple[Element, tuple[str, ...]], ...]:
        """Each element with the cited tables that speak to it; an empty tuple means that it is still to be shown."""
        have = set(tables)
        return tuple((element, tuple(t for t in element.tables if t in have)) for element in self.elements)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))


def _frozen(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


STATUTES: Mapping[str, Statute] = {key: Statute(id=key, **_frozen(value)) for key, value in _read("_statutes").items()}
CONSEQUENCES: Mapping[str, Consequence] = {key: Consequence(**_frozen(value)) for key, value in _read("_consequences").items()}
"""By `statute article` or `statute article paragraph`."""


@cache
def law_for(pattern: str, on: date | None = None) -> Law:
    """The law of a pattern; with a day, only articles of statutes in force on it (the day of the act, not of the lead)."""
    if pattern not in PATTERNS:
        raise WrongUse(f"the pattern {pattern}", "one of kg/patterns.toml", "name one of: " + ", ".join(PATTERNS))
    raw, common = _read(pattern), _read("_common")
    shared = [{**element, "intent": name == "intent"} for name in raw["common"] for element in common[name]["elements"]]
    articles = (_frozen(entry) for entry in raw["articles"] if on is None or STATUTES[entry["statute"]].effective <= on)
    return Law(
        pattern=pattern,
        explicit=raw["explicit"],
        articles=tuple(Article(**entry) for entry in articles),
        elements=tuple(Element(**_frozen(entry)) for entry in (*raw["elements"], *shared)),
        defences=tuple(raw["defences"]),
        defences_en=tuple(raw["defences_en"]),
        note=raw.get("note", ""),
        note_en=raw.get("note_en", ""),
    )
