"""Where does chance come from? Named streams of one seed, so that a change in one story moves no other."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Strings = NDArray[np.str_]
Bools = NDArray[np.bool_]

_ODD = (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35)


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """A generator of its own for each (seed, names)."""
    return np.random.default_rng([seed, *(zlib.crc32(str(name).encode()) for name in names)])


def choose(rng: np.random.Generator, weights: Sequence[float] | Floats, n: int) -> Ints:
    """`n` indexes with the given weights, with replacement."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    found: Ints = np.searchsorted(edges, rng.random(n) * edges[-1], side="right").astype(np.int64)
    return np.minimum(found, len(edges) - 1)


def scramble(serial: Ints, bits: int, key: int) -> Ints:
    """A one-to-one shuffle of 0 .. 2**bits - 1: serials that say nothing of the order in which they were given."""
    mask = np.uint64((1 << bits) - 1)
    x = serial.astype(np.uint64) & mask
    half = np.uint64(bits // 2)
    for turn, odd in enumerate(_ODD):
        x = (x * np.uint64(odd) + np.uint64((key * 2654435761 + turn) & 0xFFFFFFFF)) & mask
        x ^= x >> half
    return x.astype(np.int64)


def mix(*parts: Ints | int) -> Ints:
    """A repeatable pseudo-random number >= 0 from several integers (habits that must not change from month to month)."""
    x = np.asarray(0x1234567, dtype=np.uint64)
    with np.errstate(over="ignore"):  # wrapping around is the point
        for part in parts:
            x = np.asarray((x ^ np.asarray(part, dtype=np.int64).astype(np.uint64)) * np.uint64(0x100000001B3))
            x = np.asarray(x ^ (x >> np.uint64(29)))
    return (x >> np.uint64(2)).astype(np.int64)


def digits(values: Ints, width: int) -> Strings:
    """Numbers as text with leading zeros."""
    if not len(values):
        return np.empty(0, dtype=f"U{width}")
    return np.char.zfill(values.astype(np.str_), width)


def join(*parts: Strings | str) -> Strings:
    """Concatenate text arrays element by element."""
    text: Strings = np.asarray(parts[0], dtype=np.str_)
    for part in parts[1:]:
        text = np.char.add(text, part)
    return text
