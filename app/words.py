"""The catalogue of words, `app/messages.toml`: every word that a page or a paper shows, in Chinese and in English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Literal

Lang = Literal["zh", "en"]


def _load() -> Mapping[str, Mapping[Lang, str]]:
    sections: Mapping[str, Mapping[str, Mapping[Lang, str]]] = tomllib.loads((files("app") / "messages.toml").read_text(encoding="utf-8"))
    return {f"{section}.{name}": words for section, entries in sections.items() for name, words in entries.items()}


CATALOGUE = _load()
"""`section.name` -> words by language; `{n:,}` takes a value, `**x**` is bold."""
