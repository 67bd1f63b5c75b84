"""How much can be checked in a day: `[capacity]` of the home's config.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from graph.home import Home


@dataclass(frozen=True)
class Capacity:
    """What the inspectorate can check in a day: `[capacity]` of config.toml."""

    inspectors: int = 4
    hours: float = 6.0
    """Hours of checking that one inspector has in a day."""

    @property
    def daily(self) -> float:
        return self.inspectors * self.hours

    @classmethod
    def read(cls, home: Home) -> Capacity:
        if not home.config.exists():
            return cls()
        asked = tomllib.loads(home.config.read_text(encoding="utf-8")).get("capacity", {})
        return cls(int(asked.get("inspectors", cls.inspectors)), float(asked.get("hours", cls.hours)))
