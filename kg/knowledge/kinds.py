"""The kinds of points, each the id of the rule it drives, and the words that the published workbooks use for them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Literal

UNITS: Mapping[str, str] = {"日": "day", "天": "day", "小时": "hour", "次": "time"}
"""Published unit -> ours."""
WINDOWS: Mapping[str, str] = {"单日": "day", "单次就诊": "visit", "6小时": "6 hours", "同一小时": "hour"}
"""Published window of a pair -> ours."""


@dataclass(frozen=True)
class Kind:
    """One kind of point."""

    id: str
    zh: str
    of: Literal["drug", "service"]
    limit_type: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    begins: bool | None = None
    """Whether the description begins with 限 (a limit of payment) or must not (a product made for children); None: no matter."""
    several: bool = False
    """One code may stand in several groups: the value is part of the key."""
    published: date | None = None

    def fits(self, of: str, limit_type: str | None, value: str | None, note: str | None) -> bool:
        """Whether a row of a workbook that names no kind in its title is of this kind."""
        if self.of != of or self.limit_type is None or self.limit_type != limit_type:
            return False
        limit = (note or "").startswith("限")
        return (not self.values or value in self.values) and self.begins in {None, limit}


def _load() -> Mapping[str, Kind]:
    raw = tomllib.loads((files(__package__) / "kinds.toml").read_text(encoding="utf-8"))
    return {name: Kind(id=name, **fields) for name, fields in raw.items()}


KINDS: Mapping[str, Kind] = _load()
BY_NAME: Mapping[str, Kind] = {**{kind.zh: kind for kind in KINDS.values()}, **KINDS}
"""Kind by id or by published name."""


def titled(title: str) -> Kind | None:
    """The kind whose published name stands in this title."""
    return next((kind for kind in KINDS.values() if kind.zh in title), None)
