"""Who steals together? Organisations: one hand behind several schemes, with the people and cards of one in the others.

A private house whose recruiter also takes the villagers' cards to a pharmacy; a collector who uses a shop, a village doctor and a dealer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ingest.city import counter
from ingest.city.cast import Cast
from ingest.city.crimes import Crime, card_cashing, card_collecting, phantom_bed, reflux_drug
from ingest.city.ills import DEPT
from ingest.city.key import Deed

Fresh = Callable[[str], Deed]
"""The next deed of a pattern."""


@dataclass(frozen=True)
class Ring:
    """An organisation and its schemes."""

    mechanism: str
    note: str
    crimes: tuple[Crime, ...]


def rings_each(persons: int) -> int:
    """Organisations of each kind: one in a small district, three among 100,000 persons."""
    return max(1, round(persons / 33_000))


def _house(cast: Cast, fresh: Fresh, turn: int) -> Ring | None:
    """A hospital buys villagers from a recruiter, who takes their cards to a pharmacy on the way home and brings cash."""
    district = cast.district
    first = phantom_bed.plant(cast, fresh("phantom_bed"), 2 * turn)
    near = cast.adults(near=first.inst)
    hand = cast.folk(1, near)
    if len(hand) < 1 or len(first.patients) < 3:
        return None
    recruiter, village = int(hand[0]), first.patients
    district.people.contact_phone[village[: max(3, len(village) * 2 // 3)]] = district.people.phone[recruiter] or f"139{recruiter:08d}"
    first.deed.join("patient", [recruiter], "recruiter")
    deed = fresh("card_collecting")  # many cards in one hand, whatever that hand brings home
    deed.mechanism, deed.note = "one_till", first.deed.note
    shop = cast.crook("pharmacy", "ring")
    goods = counter.shelf(district, shop, ("tonic", "dear", "heart", "pain"))
    deed.join("institution", [shop], "seller")
    deed.join("patient", [recruiter], "collector")
    deed.join("patient", village.tolist(), "participant")
    second = card_cashing.CardCashing(deed, shop, village, goods, set(first.active), real_goods=deed.note == "hard")
    return Ring("hospital_recruiter_pharmacy", deed.note, (first, second))


def _collector(cast: Cast, fresh: Fresh, turn: int) -> Ring | None:
    """The same drawer of cards at a till and at the village doctor's; the dear boxes go to a dealer."""
    district = cast.district
    first = card_collecting.plant(cast, fresh("card_collecting"), 5 * turn)
    if len(first.cards) < 4:
        return None
    active, note = set(first.active), first.deed.note
    clinic = cast.crook("village_clinic", "ring")
    deed = fresh("card_collecting")
    deed.mechanism, deed.note = "clinic_drawer", note
    deed.join("doctor", [int(district.staff.first[clinic, DEPT["全科"]])], "collector")
    deed.join("institution", [clinic], "seller")
    deed.join("patient", [first.hand], "organiser")
    deed.join("patient", first.cards.tolist(), "participant")
    second = card_collecting.CardCollecting(deed, first.hand, first.cards, np.array([clinic]), active, (first.day + 11) % 27)
    third = fresh("reflux_drug")
    third.mechanism, third.note = "second_card", note
    dealer = cast.crook("pharmacy", "ring")
    third.join("institution", [dealer], "seller")
    third.join("patient", [first.hand], "organiser")
    third.join("patient", first.cards[:4].tolist(), "buyer")
    dear = cast.rng.choice(district.goods.uses["dear"], 3, replace=False)
    return Ring("pharmacy_collector_doctor", note, (first, second, reflux_drug.Reflux(third, dealer, first.cards[:4], dear, active)))


def plant(cast: Cast, fresh: Fresh) -> list[Ring]:
    """All organisations of a city."""
    turns = range(rings_each(len(cast.district.people)))
    found = [kind(cast, fresh, turn) for kind in (_house, _collector) for turn in turns]
    return [ring for ring in found if ring is not None]
