"""Who plays in a deed? Crooked institutions and persons drawn once, so that nobody plays twice in one part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.period import Month
from ingest.city.places import CLINIC, DIALYSIS, HEALTH_CENTRE, HOSPITAL, PHARMACY, REHAB

CROOKED = {HOSPITAL: 0.18, HEALTH_CENTRE: 0.12, CLINIC: 0.05, PHARMACY: 0.11, DIALYSIS: 0.2, REHAB: 0.2}
"""Share of each kind that plays in schemes; some 10 to 15% of all institutions."""
LEVELS = ("easy", "medium", "hard")


@dataclass
class Cast:
    """Hands out institutions and persons to schemes and stories."""

    district: District
    rng: np.random.Generator
    calendar: Sequence[Month]
    taken: set[int] = field(default_factory=set)
    """Persons who already play, and those who die or travel."""
    firms: set[int] = field(default_factory=set)
    """Employers who play in a scheme."""
    dead: set[int] = field(default_factory=set)
    """Dead persons whose cards play."""
    crooked: dict[str, Ints] = field(default_factory=dict)
    honest: dict[str, Ints] = field(default_factory=dict)
    turns: Counter[str] = field(default_factory=Counter)

    @classmethod
    def call(cls, district: District, calendar: Sequence[Month]) -> Cast:
        """Draw the crooked institutions of each kind."""
        cast = cls(district, district.rng("cast"), calendar, taken={*district.mortal.tolist(), *district.travellers.tolist()})
        for kind, share in CROOKED.items():
            members = cast.rng.permutation(district.places.of(kind))
            if kind == HOSPITAL:  # county and private hospitals; a city hospital is busy enough
                members = np.concatenate([members[district.places.rank[members] < 3], members[district.places.rank[members] == 3]])
            number = max(1, round(len(members) * share))
            if kind == PHARMACY:  # a scheme needs customers: the quietest third stays out of it
                load = np.bincount(district.habits.shops[:, 0], minlength=len(district.places))[members]
                members = np.concatenate([members[load >= np.quantile(load, 0.33)], members[load < np.quantile(load, 0.33)]])
            cast.crooked[kind], cast.honest[kind] = members[:number], members[number:]
        cast.crooked["wards"] = np.concatenate([cast.crooked[HOSPITAL], cast.crooked[HEALTH_CENTRE]])
        cast.honest["wards"] = np.concatenate([cast.honest[HOSPITAL], cast.honest[HEALTH_CENTRE]])
        # every second or third unit by number of patients, so that large and small ones are on both sides
        load = np.bincount(district.habits.dialysis[district.people.dialysis], minlength=len(district.places))
        units = district.places.dialysis[np.argsort(-load[district.places.dialysis], kind="stable")]
        side = np.arange(len(units)) % (2 if len(units) < 12 else 3) == int(cast.rng.integers(0, 2))
        cast.crooked["machines"], cast.honest["machines"] = units[side], units[~side]
        for kind in (HOSPITAL, "wards"):  # who steals at the machines is no upright house
            cast.honest[kind] = cast.honest[kind][~np.isin(cast.honest[kind], units[side])]
        return cast

    def crook(self, kind: str, part: str) -> int:
        """The next crooked institution of a kind for a part; all take turns."""
        self.turns[part] += 1
        pool = self.crooked[kind]
        return int(pool[(self.turns[part] + len(part)) % len(pool)])

    def suspend(self, kind: str) -> int:
        """An institution that is upright so far and now loses its agreement; at most one in fifty of its kind, -1 = no more."""
        pool = self.honest[kind]
        allowed = max(1, round((len(pool) + len(self.crooked[kind])) / 50))
        if self.turns[f"suspended {kind}"] >= allowed or len(pool) < 3:
            return -1
        self.turns[f"suspended {kind}"] += 1
        place = int(self.rng.choice(pool))
        self.honest[kind] = pool[pool != place]
        return place

    def upright(self, kind: str) -> int:
        """Any honest institution of a kind."""
        return int(self.rng.choice(self.honest[kind]))

    def folk(self, n: int, pool: Ints, *, apart: bool = True) -> Ints:
        """`n` persons out of `pool` who play in nothing else; `apart`: of different families."""
        people = self.district.people
        chosen: list[int] = []
        families: set[int] = set()
        for person in self.rng.permutation(pool).tolist():
            if person in self.taken or (apart and int(people.family[person]) in families):
                continue
            chosen.append(person)
            families.add(int(people.family[person]))
            if len(chosen) == n:
                break
        self.taken.update(chosen)
        return np.array(chosen, dtype=np.int64)

    def adults(self, *, near: int | None = None, employee: bool = False, old: bool = False) -> Ints:
        """Adults at home who are on no machine and no chemotherapy; `near` an institution, employees only, or old."""
        people, places = self.district.people, self.district.places
        fit = (people.age >= (55 if old else 22)) & ~people.dialysis & ~people.cancer & (people.home < 0)
        if employee:
            fit &= people.insutype == "310"
        found = np.flatnonzero(fit)
        if near is None:
            return found
        land = self.district.land
        span = np.hypot(land.lnt - places.lnt[near], land.lat - places.lat[near])
        close = np.argsort(span)[: max(4, len(land) // 5)]
        return found[np.isin(people.area[found], close)]

    def months(self, turn: int, least: float = 0.5) -> set[int]:
        """Active months: a stretch that wraps round, so that no part of the year is richer in deeds."""
        total = len(self.calendar)
        length = int(self.rng.integers(max(1, int(np.ceil(total * least))), total + 1))
        return {(turn + step) % total for step in range(length)}
