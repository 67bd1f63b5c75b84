"""A ring's loss, counted once and shared out.

The rule: a line's money is parted in equal shares among the culpable members whose hands it went through. Fen that do not divide go one
each to the members of lowest number. So the shares add up to the loss, to the fen, and nobody carries a line that he did not touch.
"""

from __future__ import annotations

import numpy as np

from graph.rings.incidence import Ints


def share_out(line: Ints, member: Ints, fen: Ints, members: int) -> Ints:
    """Fen of each member. `line` and `member` say who had a hand in which line, each pair once; `fen` is the money of each line."""
    order = np.lexsort((member, line))
    of, who = line[order], member[order]
    hands = np.bincount(of, minlength=fen.size)
    first = np.cumsum(hands) - hands
    nth = np.arange(of.size) - first[of]
    part = fen[of] // hands[of] + (nth < fen[of] % hands[of])
    shared = np.zeros(members, dtype=np.int64)
    np.add.at(shared, who, part)
    return shared
