"""A box on its way: from its first settlement to the next place that had it."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph.rings.backbone import Backbone
from graph.rings.chance import Found, judged, scores
from graph.rings.incidence import Ints
from graph.rings.significance import surprise
from graph.significance import benjamini_hochberg


def hops(code: Ints, time: Ints, place: Ints) -> tuple[Ints, Ints]:
    """Places in the arrays (from, to): events of one code that follow each other, strictly later and at another place.

    Two events in one second have no order, and the same place again is no journey: neither makes a hop.
    """
    order = np.lexsort((place, time, code))
    before, after = order[:-1], order[1:]
    moved = (code[before] == code[after]) & (time[before] < time[after]) & (place[before] != place[after])
    return before[moved], after[moved]


def resale_ties(holder: Ints, counter: Ints, bought: Ints, handled: Ints, *, alpha: float) -> Backbone:
    """Holders tied to counters that sell their boxes again oftener than mistakes would; an entry of `holder` and `counter` is one box.

    `bought` counts the boxes of each holder, `handled` those of each counter. Codes that are typed wrong or printed twice scatter over
    all of them alike; taking every hop seen for a mistake, the frauds included, can only make the expectation too high. Counters follow
    the holders in the numbering of the ties.
    """
    pair, codes = np.unique(holder * np.int64(max(handled.size, 1)) + counter, return_counts=True)
    codes = codes.astype(np.int64)
    who, where = np.divmod(pair, np.int64(max(handled.size, 1)))
    scatter = holder.size / max(float(bought.sum()) * float(handled.sum()), 1.0)
    expected = (bought[who] * handled[where]).astype(np.float64) * scatter
    p = surprise(codes, expected, 1)
    kept = benjamini_hochberg(p, alpha)
    return Backbone(who[kept], where[kept] + bought.size, codes[kept], expected[kept], p[kept], looked_at=int(p.size))


def find_chains(holder: Ints, counter: Ints, bought: Ints, handled: Ints, *, alpha: float, draws: int, seed: int = 0) -> Found:
    """Holders and counters that hang together, densest first; the same search over hops dealt by chance says what mistakes would show."""
    rng = np.random.default_rng(seed)
    ties = resale_ties(holder, counter, bought, handled, alpha=alpha)
    group = _components(ties)
    by_chance = []
    for _ in range(draws if ties.a.size else 0):
        dealt = [rng.choice(weight.size, holder.size, p=weight / weight.sum()) for weight in (bought, handled)]
        chance = resale_ties(dealt[0], dealt[1], bought, handled, alpha=alpha)
        by_chance.append(scores(chance, _components(chance)))
    return judged(ties, group, by_chance)


def _components(ties: Backbone) -> Ints:
    names, ends = np.unique(np.concatenate([ties.a, ties.b]), return_inverse=True)
    a, b = ends.reshape(2, -1)
    _, label = connected_components(coo_array((np.ones(a.size), (a, b)), shape=(names.size, names.size)), directed=False)
    return np.asarray(label, dtype=np.int64)[a]
