"""Who may rightly use several cards? Families, care homes, village clinics, colleagues, twins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.city import counter
from ingest.city.cast import Cast
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.innocents import Stories, Story
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft


@dataclass
class Bunch(Story):
    """Several cards at one place on one day, every active month."""

    cards: Ints
    place: int
    day: int
    gaps: tuple[int, int]
    hour: tuple[int, int]
    uses: tuple[str, ...]
    med: str = "41"
    trips: int = 1
    shuffled: bool = False
    own_faces: float = 0.0

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("bunch", self.deed.number, month.number)
        for trip in range(self.trips):
            cards = rng.permutation(self.cards) if self.shuffled else self.cards
            cards = cards[rng.random(len(cards)) < 0.95]
            if not len(cards):
                continue
            day = (self.day + 9 * trip + int(rng.integers(0, 2))) % (month.days - 1)
            start = month.beg + day * DAY + int(rng.integers(self.hour[0] * 3600, self.hour[1] * 3600))
            at = counter.queue(rng, start, len(cards), *self.gaps)
            keeps = self.med == "41"
            goods = (
                counter.shelf(district, self.place, self.uses) if keeps else np.concatenate([district.goods.uses[use] for use in self.uses])
            )
            basket = counter.Basket.of(counter.mixed(rng, goods, len(cards), 1, 3))
            visits, _ = counter.sell(
                draft, district, rng, cards, np.full(len(cards), self.place), at, basket, marks=self.marks, med=self.med, till=1
            )
            if self.own_faces:
                some = visits.filter(rng.random(visits.height) < self.own_faces)
                counter.seen(draft, some, rng, some["psn"], marks=self.marks)


def _household(cast: Cast, deed: Deed, turn: int) -> Story | None:
    """A daughter buys for her whole family."""
    people = cast.district.people
    size = np.bincount(people.family)
    large = cast.rng.permutation(np.flatnonzero(size >= 4))
    family = next((f for f in large.tolist() if not set(np.flatnonzero(people.family == f).tolist()) & cast.taken), None)
    if family is None:
        return None
    cards = np.flatnonzero(people.family == family)
    cast.taken.update(cards.tolist())
    deed.join("patient", cards.tolist())
    return Bunch(
        deed,
        cast.months(turn),
        cards,
        int(cast.district.habits.shops[cards[0], 0]),
        int(cast.rng.integers(2, 25)),
        (45, 140),
        (9, 18),
        ("htn", "cold", "gi", "heart"),
        trips=1 + turn % 2,
    )


def _care_home(cast: Cast, deed: Deed, turn: int) -> Story | None:
    """The home's nurse fetches the residents' drugs once a month, with their mandate."""
    people = cast.district.people
    homes = np.unique(people.home[people.home >= 0])
    home = int(homes[turn % len(homes)]) if len(homes) else -1
    cards = np.array([p for p in np.flatnonzero((people.home == home) & ~people.dialysis) if int(p) not in cast.taken][:12])
    if len(cards) < 4:
        return None
    cast.taken.update(cards.tolist())
    people.contact_phone[cards] = f"0999-6{home:02d}8{turn:03d}"
    deed.join("patient", cards.tolist())
    return Bunch(
        deed,
        cast.months(turn),
        cards,
        int(cast.district.habits.centre[cards[0]]),
        int(cast.rng.integers(2, 25)),
        (60, 200),
        (8, 11),
        ("htn", "dm", "heart"),
        med="14",
    )


def _clinic_phone(cast: Cast, deed: Deed, turn: int) -> Story | None:
    """Old villagers give the clinic's number and come on the morning when the doctor hands out refills."""
    clinic = cast.upright("village_clinic")
    cards = cast.folk(int(cast.rng.integers(5, 9)), cast.adults(near=clinic, old=True))
    if len(cards) < 3:
        return None
    cast.district.people.contact_phone[cards] = cast.district.places.phone[clinic]
    deed.join("patient", cards.tolist())
    return Bunch(
        deed,
        cast.months(turn),
        cards,
        clinic,
        int(cast.rng.integers(2, 25)),
        (240, 900),
        (8, 10),
        ("htn", "heart", "gi"),
        med="14",
        shuffled=True,
    )


def _shift(cast: Cast, deed: Deed, turn: int) -> Story | None:
    """Colleagues of one firm stop at the shop by the gate after their shift."""
    people = cast.district.people
    firms = np.bincount(people.employer[people.employer >= 0])
    firm = int(cast.rng.choice(np.flatnonzero(firms >= 12)))
    cards = cast.folk(int(cast.rng.integers(4, 8)), np.flatnonzero((people.employer == firm) & ~people.dialysis & ~people.cancer))
    if len(cards) < 3:
        return None
    deed.join("patient", cards.tolist())
    return Bunch(
        deed,
        cast.months(turn),
        cards,
        cast.upright("pharmacy"),
        int(cast.rng.integers(2, 20)),
        (60, 540),
        (17, 18),
        ("cold", "pain", "gi", "skin"),
        trips=2,
        shuffled=True,
        own_faces=0.5,
    )


@dataclass
class Twins(Story):
    """The camera takes one twin for the other now and then."""

    pair: Ints

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("twins", self.deed.number, month.number)
        psn = self.pair
        at = counter.opening(rng, month, 2)
        shop = district.habits.shops[psn, 0]
        basket = counter.Basket.of([counter.mixed(rng, counter.shelf(district, int(s), ("cold", "gi")), 1, 1, 2)[0] for s in shop])
        visits, _ = counter.sell(draft, district, rng, psn, shop, at, basket, marks=self.marks)
        counter.seen(draft, visits, rng, np.array([psn[0], psn[0]]), marks=self.marks, score=0.86)


def _twins(cast: Cast, deed: Deed, turn: int) -> Story | None:
    people = cast.district.people
    same = np.flatnonzero((np.diff(people.birth) == 0) & (np.diff(people.family) == 0) & (people.age[1:] > 5))
    free = [int(p) for p in cast.rng.permutation(same) if int(p) not in cast.taken and int(p) + 1 not in cast.taken]
    if not free:
        return None
    pair = np.array([free[0], free[0] + 1])
    cast.taken.update(pair.tolist())
    deed.join("patient", pair.tolist())
    return Twins(deed, cast.months(turn), pair)


STORIES: Stories = {
    "family_cards": ("card_collecting", "one household; one of them buys for all", _household),
    "care_home": ("card_collecting", "residents of one care home; the home's nurse fetches for them", _care_home),
    "clinic_phone": ("card_collecting", "old villagers give the clinic's number as contact and come themselves", _clinic_phone),
    "shift_workers": ("card_collecting", "colleagues after their shift, each with the own face and basket", _shift),
    "twins": ("card_collecting", "twins; the camera mistakes one for the other", _twins),
}
