"""Which institution sends which record? Feeds that do not exist, days on which they fail, and rows that get lost."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import numpy as np
import polars as pl

from ingest.city.chance import Bools, Ints, mix
from ingest.city.district import District
from ingest.city.period import DAY

# feed -> chance in a thousand that an institution of rank 0, 1, 2, 3 sends it
_SHARE: Mapping[str, tuple[int, int, int, int]] = {
    "note": (0, 550, 820, 930),
    "exam": (0, 600, 880, 950),
    "test": (0, 600, 880, 950),
    "implant": (0, 800, 900, 960),
    "vital": (0, 420, 700, 850),
    "therapy": (0, 700, 750, 800),
    "store": (0, 450, 650, 800),
    "duty": (0, 500, 700, 850),
}
_LOST = 0.012
"""Rows that never arrive although the feed exists."""
_DOWN = 18
"""Days in a thousand on which a feed of an institution fails as a whole."""


def senders(district: District, feed: str) -> Bools:
    """The institutions that send a feed at all: settled for good, by habit and not by honesty."""
    places = district.places
    name = zlib.crc32(feed.encode()) % 9973
    share = np.array(_SHARE[feed])[places.rank]
    return mix(np.arange(len(places)), name, district.seed) % 1000 < share


def arrives(district: District, feed: str, inst: Ints, at: Ints, rng: np.random.Generator) -> Bools:
    """Does a row of that place and time reach the bureau?"""
    name = zlib.crc32(feed.encode()) % 9973
    down = mix(inst, at // DAY, name, district.seed) % 1000 < _DOWN
    return senders(district, feed)[inst] & ~down & (rng.random(len(inst)) >= _LOST)


def sent(district: District, feed: str, frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The rows of a frame (inst, at) that reach the bureau."""
    inst, at = frame["inst"].to_numpy().astype(np.int64), frame["at"].to_numpy().astype(np.int64)
    return frame.filter(pl.Series(arrives(district, feed, inst, at, rng), dtype=pl.Boolean))
