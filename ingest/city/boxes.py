"""Which box is it? Trace codes: unique in the district, and silent about everything else."""

from __future__ import annotations

import numpy as np

from ingest.city.chance import Ints, Strings, digits, join, mix, scramble

_BOXES_A_PAIR = 40_960


def lot_size(inst: Ints, item: Ints) -> Ints:
    """Boxes in one purchase of an article by a shop."""
    return np.array([10, 10, 20, 30])[mix(inst, item, 71) % 4]


def shelf_order(inst: Ints, item: Ints, ordinal: Ints) -> Ints:
    """The box that the n-th sale takes: shelves are not emptied in order, but a lot is emptied before the next."""
    size = lot_size(inst, item)
    lot = ordinal // size
    step = np.array([1, 7, 11, 13])[mix(inst, item, lot, 73) % 4]
    box: Ints = lot * size + (ordinal % size * step + mix(inst, item, lot, 79)) % size
    return box


def prefix(item: Ints, seed: int) -> Ints:
    """The seven digits that a maker's article carries."""
    return 8_000_000 + scramble(item, 18, seed + 11)


def codes(inst: Ints, item: Ints, box: Ints, seed: int, *, ward: bool = False) -> Strings:
    """The trace code of the n-th box that a shop (or a hospital's dispensary) ever received of an article."""
    # every serial is scrambled by itself: neighbouring serials would tell which boxes went over one counter
    serial = scramble(((inst * 2 + ward) * 1024 + item) * _BOXES_A_PAIR + box, 43, seed + 13)
    return join(digits(prefix(item, seed), 7), digits(serial, 13))
