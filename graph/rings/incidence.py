"""Who was where: links between actors and targets. Chance may move an actor to any other link of the same stratum, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Ints = NDArray[np.int64]
Habits = Sequence[Sequence[Ints]]


@dataclass(frozen=True)
class Incidence:
    """Links, each once: cards in hours at a counter, newcomers in days of a ward, numbers in phones."""

    actor: Ints
    target: Ints
    stratum: Ints
    """Of each link; all links of a target share it. An institution in a week, say: opening hours and seasons stay inside it."""
    actors: int
    targets: int
    crowded: int
    """Targets that were left out: where everybody is, nobody is with anybody."""
    habits: Habits = ()
    """Families of moves in time (a day, a week); each names for every target the one it becomes, -1 where none is."""

    @classmethod
    def of(cls, actor: Ints, target: Ints, stratum: Ints, *, actors: int, targets: int, crowd: int, habits: Habits = ()) -> Incidence:
        """Links of any order and number; `actor` and `target` count from 0. Targets of more than `crowd` actors are left out."""
        _, first = np.unique(actor * np.int64(max(targets, 1)) + target, return_index=True)
        size = np.bincount(target[first], minlength=targets)
        kept = first[size[target[first]] <= crowd]
        return cls(actor[kept], target[kept], stratum[kept], actors, targets, int((size > crowd).sum()), habits)

    @cached_property
    def matrix(self) -> csr_array:
        """Actors by targets, 0 and 1."""
        ones = np.ones(self.actor.size, dtype=np.int32)
        return csr_array((ones, (self.actor, self.target)), shape=(self.actors, self.targets))

    def rewired(self, rng: np.random.Generator) -> Incidence:
        """The links dealt anew within each stratum: actors stay as busy there, targets as full. A link dealt twice counts once.

        Habits are left behind: links that were dealt have none, and chance is given the easier search.
        """
        places = np.argsort(self.stratum, kind="stable")
        dealt = np.empty_like(self.actor)
        dealt[places] = self.actor[np.lexsort((rng.random(self.actor.size), self.stratum))]
        return Incidence.of(dealt, self.target, self.stratum, actors=self.actors, targets=self.targets, crowd=max(self.actors, 1))
