"""With which words are records written? Short phrases of our own, drawn and filled for many rows at once."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import numpy as np

from ingest.city.chance import Ints, Strings
from ingest.city.ills import DEPARTMENTS, ILLS

_SYSTEMS: Mapping[str, tuple[str, ...]] = {
    "呼吸": ("J",),
    "心脑": ("I", "G2"),
    "消化": ("K", "A09", "B18", "D12"),
    "骨骼": ("M", "S"),
}
"""System of the body -> how the codes of its ills begin."""


@lru_cache(maxsize=1)
def _all() -> Mapping[tuple[str, str], Strings]:
    with (files(__package__) / "phrases.csv").open(encoding="utf-8") as text:
        return {(row["slot"], row["about"]): np.array(row["text"].split("|")) for row in csv.DictReader(text)}


def some(rng: np.random.Generator, slot: str, n: int, about: str = "") -> Strings:
    """`n` phrases of a slot."""
    choices = _all()[slot, about]
    return choices[rng.integers(0, len(choices), n)]


def _by(rng: np.random.Generator, slot: str, about: Strings) -> Strings:
    """One phrase of a slot for each of what it is about."""
    found = np.full(len(about), "", dtype="U60")
    for name in np.unique(about).tolist():
        here = np.flatnonzero(about == name)
        found[here] = some(rng, slot, len(here), name)
    return found


def complaints(rng: np.random.Generator, ill: Ints) -> Strings:
    """What patients complain of."""
    return _by(rng, "complaint", np.array([one.code for one in ILLS])[ill])


def signs(rng: np.random.Generator, ill: Ints) -> Strings:
    """What the doctor finds."""
    system = [next((name for name, heads in _SYSTEMS.items() if one.code.startswith(heads)), "其他") for one in ILLS]
    return _by(rng, "sign", np.array(system)[ill])


def findings(rng: np.random.Generator, use: Strings) -> Strings:
    """What a picture or a measurement shows, with sizes of its own."""
    told = np.array(sorted(about for slot, about in _all() if slot == "exam"))
    return filled(rng, _by(rng, "exam", np.where(np.isin(use, told), use, "other")))


def filled(rng: np.random.Generator, text: Strings) -> Strings:
    """Numbers for the blanks {a} (10-90), {b} (4-24) and {c} (52-98)."""
    for blank, low, high in (("{a}", 10, 90), ("{b}", 4, 24), ("{c}", 52, 98)):
        text = np.strings.replace(text, blank, rng.integers(low, high, len(text)).astype(str))
    return text


def department(dept: Ints) -> Strings:
    """Names of departments."""
    return np.array(DEPARTMENTS)[dept]
