"""The 25 patterns: what a lead may allege, about whom, and where one ends and the next begins (patterns.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Pattern:
    """One kind of fraud. Within a family a deed belongs to the first pattern, in the order of the file, whose definition it meets."""

    key: str
    zh: str
    family: str
    lead_subject: tuple[str, ...]
    """Subject types a finding rolls up to, first choice first."""
    is_: str
    is_not: str = ""

    @property
    def en(self) -> str:
        """The key in words: `phantom_bed` reads `Phantom bed`."""
        return self.key.replace("_", " ").capitalize()


def _load() -> Mapping[str, Pattern]:
    parsed = tomllib.loads((files(__package__) / "patterns.toml").read_text(encoding="utf-8"))
    return {
        key: Pattern(
            key=key,
            zh=raw["zh"],
            family=raw["family"],
            lead_subject=tuple(raw["lead_subject"]),
            is_=raw["is"],
            is_not=raw.get("is_not", ""),
        )
        for key, raw in parsed.items()
    }


PATTERNS: Mapping[str, Pattern] = _load()
"""Pattern by key, in the binding order of patterns.toml."""
