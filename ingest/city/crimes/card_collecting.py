"""Collected cards (敛卡空刷): one hand holds the cards of several households and uses them on a tour or at one till.

Ways: one till, month after month in the same order; a tour of shops in an afternoon; one face for many cards; the collector's phone as
everybody's contact; the village doctor who keeps the drawer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.city import counter
from ingest.city.cast import LEVELS, Cast
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft

WAYS = ("one_till", "tour", "one_face", "one_phone", "clinic_drawer")
_CARDS = {"easy": (9, 14), "medium": (6, 9), "hard": (4, 5)}
_GAPS = {"easy": (35, 110), "medium": (60, 260), "hard": (150, 900)}
_USES = ("dear", "heart", "dm", "lipid", "tonic")


@dataclass
class CardCollecting:
    """A collector, the cards, the shops of the tour."""

    deed: Deed
    hand: int
    """The collector, a person."""
    cards: Ints
    shops: Ints
    active: set[int]
    day: int
    """Usual day of the month."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("collecting", self.deed.number, month.number)
        for trip in range(2 if self.deed.note == "easy" else int(rng.integers(1, 3))):
            cards = self._bunch(rng)
            loose = {"easy": 1, "medium": 3, "hard": 6}[self.deed.note]
            day = (self.day + 13 * trip + int(rng.integers(-loose, loose + 1))) % (month.days - 1)
            start = month.beg + day * DAY + int(rng.integers(9 * 3600, 17 * 3600))
            for stop in self._route(rng):
                self._swipe(draft, district, rng, cards, int(stop), start)
                start += len(cards) * 120 + int(rng.integers(900, 2400))

    def _bunch(self, rng: np.random.Generator) -> Ints:
        """Which cards today: the order in the drawer is kept, some are forgotten."""
        forgotten = {"easy": 0.03, "medium": 0.12, "hard": 0.15}[self.deed.note]
        cards = self.cards[rng.random(len(self.cards)) >= forgotten]
        if self.deed.note == "hard" and len(cards) > 2:
            swap = int(rng.integers(0, len(cards) - 1))
            cards[[swap, swap + 1]] = cards[[swap + 1, swap]]
        return cards if len(cards) >= 3 else self.cards.copy()

    def _route(self, rng: np.random.Generator) -> Ints:
        if self.deed.mechanism != "tour":
            return self.shops[:1]
        stops = self.shops[: 2 if self.deed.note == "hard" else len(self.shops)]
        return stops if rng.random() < 0.7 else stops[::-1]

    def _swipe(self, draft: Draft, district: District, rng: np.random.Generator, cards: Ints, shop: int, start: int) -> None:
        n, level = len(cards), self.deed.note
        clinic = self.deed.mechanism == "clinic_drawer"
        at = counter.queue(rng, start, n, *_GAPS[level])
        goods = (
            np.concatenate([district.goods.uses[use] for use in ("htn", "dm", "heart")]) if clinic else counter.shelf(district, shop, _USES)
        )
        few = rng.choice(goods, size=min(len(goods), {"easy": 2, "medium": 5, "hard": 9}[level]), replace=False)
        items = counter.mixed(rng, few, n, 1, 2)
        basket = counter.Basket.of(items, [[int(c) for c in rng.integers(1, 4, len(x))] for x in items])
        marks = counter.Marks(scheme=self.deed.number)
        visits, _ = counter.sell(
            draft,
            district,
            rng,
            cards,
            np.full(n, shop),
            at,
            basket,
            marks=marks,
            till=int(rng.integers(1, 3)),
            med="14" if clinic else "41",
            ill=int(17 + self.deed.number % 2),
        )
        if self.deed.mechanism == "one_face":
            some = visits.filter(rng.random(n) < {"easy": 1.0, "medium": 0.8, "hard": 0.7}[level])
            again = self.deed.number * 1000 + 1 if level == "easy" else -1
            counter.seen(draft, some, rng, self.hand, marks=marks, picture=again, score=0.84)

    def after(self, draft: Draft, district: District, month: Month) -> None:
        """Nothing more."""


def plant(cast: Cast, deed: Deed, turn: int) -> CardCollecting:
    """Cast one scheme."""
    district, rng = cast.district, cast.rng
    deed.mechanism, deed.note = WAYS[turn % len(WAYS)], LEVELS[(turn // 2) % 3]
    clinic = deed.mechanism == "clinic_drawer"
    shop = cast.crook("village_clinic" if clinic else "pharmacy", "collecting")
    cards = cast.folk(int(rng.integers(*_CARDS[deed.note], endpoint=True)), cast.adults(near=shop, old=turn % 2 == 0))
    hand = int(cast.folk(1, cast.adults(near=shop))[0])
    others = rng.permutation(np.setdiff1d(district.places.of("pharmacy"), [shop]))[: int(rng.integers(1, 4))]
    shops = np.concatenate([[shop], others]) if deed.mechanism == "tour" else np.array([shop])
    if deed.mechanism == "one_phone" or (deed.note == "easy" and turn % 3 == 0):
        shared = cards[rng.random(len(cards)) < {"easy": 1.0, "medium": 0.85, "hard": 0.75}[deed.note]]
        district.people.contact_phone[shared] = district.people.phone[hand] or "13" + f"{deed.number:09d}"
    if clinic:
        deed.join("doctor", [int(district.staff.first[shop, 11])], "collector")
    else:
        deed.join("patient", [hand], "collector")
    deed.join("institution", [shop], "seller")
    deed.join("patient", cards[: max(3, round(len(cards) * 0.8))].tolist(), "participant")
    deed.join("patient", cards[max(3, round(len(cards) * 0.8)) :].tolist(), "victim")
    return CardCollecting(deed, hand, cards, shops, cast.months(turn), int(rng.integers(2, 26)))
