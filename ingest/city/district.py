"""What is the whole district, and what does it carry from month to month?"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ingest.city import goods, people, places, staff
from ingest.city.chance import Bools, Floats, Ints, stream
from ingest.city.goods import Goods
from ingest.city.people import Land, People
from ingest.city.period import DAY, Month
from ingest.city.places import Habits, Places
from ingest.city.rows import Draft
from ingest.city.staff import Staff


@dataclass
class Carry:
    """State that months hand on; everything else is drawn afresh."""

    serials: dict[str, int] = field(default_factory=dict)
    purse: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Balance of each person's account, fen."""
    ward_from: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Latest stay of each person: admission and discharge."""
    ward_to: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    mothers: set[int] = field(default_factory=set)
    """Who gave birth in these months: nobody does so twice."""
    bed_free: dict[int, Ints] = field(default_factory=dict)
    """Institution -> time from which each of its beds is free."""
    lain: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    """Institution -> bed, admission and discharge of each stay that was given one."""
    sold: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    """(institution, item): boxes taken from the shelf so far."""
    bought: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    """(institution, item): boxes received so far."""
    dispensed: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    """(institution, item): boxes that hospitals and clinics handed out so far."""
    theatre: dict[tuple[int, int], int] = field(default_factory=dict)
    """(member of staff, day) -> time from which that one is free to operate again."""
    booked: dict[tuple[int, int, int], int] = field(default_factory=dict)
    """(institution, day, therapist) -> sessions already planned for the coming month."""
    stored: Floats = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float64))
    """(institution, item): what lies in a hospital's own store."""
    counted: Floats = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float64))
    """(institution, item): boxes really on the shelf."""


@dataclass(frozen=True)
class District:
    """People, places, staff and goods of one city, and its seed."""

    seed: int
    land: Land
    people: People
    places: Places
    staff: Staff
    goods: Goods
    habits: Habits
    carry: Carry
    until: int
    """End of the period in seconds; who is in hospital then has no discharge and no settlement yet."""

    def rng(self, *names: str | int) -> np.random.Generator:
        """The district's stream for a question."""
        return stream(self.seed, *names)

    def draft(self) -> Draft:
        return Draft(self.carry.serials)

    def living(self, psn: Ints, at: Ints) -> Bools:
        """Was the person alive and in the country at that time?"""
        folk, day = self.people, at // DAY
        here: Bools = (day < folk.died[psn]) & ~((folk.gone[psn] <= day) & (day <= folk.back[psn]))
        return here

    @property
    def mortal(self) -> Ints:
        """Persons who die within the period: they play in no deed that does not choose them for it."""
        return np.flatnonzero(self.people.died * DAY < self.until)

    @property
    def travellers(self) -> Ints:
        """Persons who are abroad for a time; like the mortal they play in no deed by chance."""
        return np.flatnonzero(self.people.gone <= self.people.back)

    @property
    def employers(self) -> int:
        return int(self.people.employer.max()) + 1


def found(seed: int, persons: int, until: int) -> District:
    """Found a district of `persons` insured."""
    land = people.settle(seed, persons)
    folk = people.live(seed, persons, land, max(12, persons // 400))
    sites = places.build(seed, persons, land)
    shelf = (len(sites), len(goods.read().code))
    rng = stream(seed, "purse")
    carry = Carry(
        purse=np.where(folk.insutype == "310", (rng.gamma(1.6, 900, persons) * 100).astype(np.int64), 0),
        ward_from=np.zeros(persons, dtype=np.int64),
        ward_to=np.zeros(persons, dtype=np.int64),
        sold=np.zeros(shelf, dtype=np.int64),
        bought=np.zeros(shelf, dtype=np.int64),
        dispensed=np.zeros(shelf, dtype=np.int64),
        stored=np.zeros(shelf),
        counted=np.zeros(shelf),
    )
    return District(
        seed, land, folk, sites, staff.hire(seed, sites), goods.read(), places.habits(seed, land, sites, folk.area), carry, until
    )


def in_ward(district: District, psn: Ints, at: Ints) -> Bools:
    """Was the person in hospital at that time? (latest known stay)"""
    carry = district.carry
    return (at >= carry.ward_from[psn]) & (at <= carry.ward_to[psn])


__all__ = ["Carry", "District", "Month", "found", "in_ward"]
