"""What is put on the bill? Items drawn for many visits at once from the conditions and from what each shop keeps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ingest.city.chance import Bools, Ints, mix
from ingest.city.goods import Goods
from ingest.city.ills import ILLS


@dataclass(frozen=True)
class Menu:
    """Items of each use as one padded matrix, so that a draw needs no loop."""

    uses: tuple[str, ...]
    items: Ints
    """(use, position) -> item."""
    counts: Ints
    drugs: Ints
    """(ill, position) -> use, -1 = none."""
    infusions: Ints
    tests: Ints
    extras: Ints

    def use(self, name: str) -> int:
        return self.uses.index(name)


@lru_cache(maxsize=2)
def _menu(code: tuple[str, ...], use: tuple[str, ...]) -> Menu:
    del code
    uses = tuple(sorted(set(use)))
    lists = [[i for i, u in enumerate(use) if u == name] for name in uses]
    items = np.zeros((len(uses), max(map(len, lists))), dtype=np.int64)
    for row, members in enumerate(lists):
        items[row, : len(members)] = members

    def table(field: str) -> Ints:
        wanted: list[tuple[str, ...]] = [getattr(ill, field) for ill in ILLS]
        width = max(map(len, wanted))
        return np.array([[uses.index(name) for name in names] + [-1] * (width - len(names)) for names in wanted])

    return Menu(uses, items, np.array([len(x) for x in lists]), table("drugs"), table("infusions"), table("tests"), table("extra"))


def menu(goods: Goods) -> Menu:
    """The menu of a catalogue."""
    return _menu(tuple(goods.code.tolist()), tuple(goods.use.tolist()))


def stocked(inst: Ints, item: Ints) -> Bools:
    """Does this shop keep that item? Two thirds of the catalogue, always the same."""
    return mix(inst, item, 31) % 100 < 66


def items_of(goods: Goods, use: Ints, inst: Ints, rng: np.random.Generator) -> Ints:
    """An item of each use that the institution keeps."""
    card = menu(goods)
    count = card.counts[use]
    turn = rng.integers(0, 1 << 30, len(use)) % count
    for _ in range(6):
        missing = ~stocked(inst, card.items[use, turn])
        turn = np.where(missing, (turn + 1) % count, turn)
    found: Ints = card.items[use, turn]
    return found


def habit_items(goods: Goods, use: Ints, psn: Ints, inst: Ints) -> Ints:
    """The item that this person always takes of a use (the shop's substitute where it does not keep it)."""
    card = menu(goods)
    count = card.counts[use]
    turn = mix(psn, use, 57) % count
    for _ in range(6):
        missing = ~stocked(inst, card.items[use, turn])
        turn = np.where(missing, (turn + 1) % count, turn)
    found: Ints = card.items[use, turn]
    return found


def picked(table: Ints, ill: Ints, rng: np.random.Generator) -> Ints:
    """One use of each ill from its list; -1 where it has none."""
    width = (table[ill] >= 0).sum(axis=1)
    turn = rng.integers(0, 1 << 30, len(ill)) % np.maximum(width, 1)
    return np.where(width > 0, table[ill, turn], -1)


def pictured(card: Menu, use: Ints, scanner: Ints) -> Ints:
    """The picture that the place can take: no resonance without its machine, no tomography without its."""
    use = np.where((use == card.use("mri")) & (scanner < 2), card.use("ct"), use)
    return np.where((use == card.use("ct")) & (scanner < 1), card.use("xray"), use)


def once(vid: Ints, item: Ints) -> Ints:
    """Positions of the first line of each (visit, item)."""
    _, first = np.unique(vid * 10_000 + item, return_index=True)
    return np.sort(first)
