"""What can an institution do with its own month? The common part of all deeds that are done at the desk, on the ward or in the chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city.bills import order_number
from ingest.city.cast import LEVELS, Cast
from ingest.city.chance import Floats, Ints
from ingest.city.district import District
from ingest.city.feeds import senders
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.records.store import BOUGHT, ISSUED
from ingest.city.rows import Draft, rows

Range = tuple[float, float]


@dataclass(frozen=True)
class Scene:
    """Where and when a deed is done, and its chance."""

    draft: Draft
    district: District
    month: Month
    rng: np.random.Generator


@dataclass
class House:
    """One institution and the months in which it steals; a subclass says how it bills and what it writes."""

    deed: Deed
    inst: int
    active: set[int]

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number in self.active:
            self.bill(Scene(draft, district, month, district.rng(self.deed.pattern, self.deed.number, month.number)))

    def after(self, draft: Draft, district: District, month: Month) -> None:
        if month.number in self.active:
            self.write(Scene(draft, district, month, district.rng(self.deed.pattern, "paper", self.deed.number, month.number)))

    def bill(self, scene: Scene) -> None:
        """Bend visits and lines."""

    def write(self, scene: Scene) -> None:
        """Bend the paper."""

    def share(self, rng: np.random.Generator, **by_level: Range) -> float:
        """A share or factor out of the range of the scheme's level."""
        return float(rng.uniform(*by_level[self.deed.note]))

    def stays(self, draft: Draft, least: int = 2) -> pl.DataFrame:
        """Finished stays of at least so many nights, in no deed."""
        full = (pl.col("bed") != "") & ~pl.col("newborn") & (pl.col("end") // DAY - pl.col("beg") // DAY >= least)
        return self._free(draft).filter(full & (pl.col("end") > 0))

    def contacts(self, draft: Draft) -> pl.DataFrame:
        """Settled contacts by day, in no deed."""
        return self._free(draft).filter((pl.col("bed") == "") & pl.col("med").is_in(["11", "13", "14"]) & (pl.col("settled") > 0))

    def _free(self, draft: Draft) -> pl.DataFrame:
        here = (pl.col("inst") == self.inst) & (pl.col("refund") == 0)
        return draft.take("visit").filter(here & self.unmarked()).sort("vid")

    def lines(self, draft: Draft, visits: pl.DataFrame, items: Sequence[int] | Ints) -> pl.DataFrame:
        """Lines of these visits for these items that no deed has touched."""
        wanted = (pl.col("origin") < 0) & pl.col("item").is_in(np.asarray(items))
        found = draft.take("line").filter(self.unmarked() & wanted & pl.col("vid").is_in(visits["vid"].implode())).sort("lid")
        return found.filter(~pl.col("lid").is_in(pl.Series(sorted(draft.claimed), dtype=pl.Int64).implode()))

    def charge(self, draft: Draft, visits: pl.DataFrame, item: Ints, at: Ints, cnt: Floats | float = 1.0) -> pl.DataFrame:
        """Add a line of the scheme to each visit, with the order number that the chart would give it."""
        stay, item = (visits["bed"] != "").to_numpy(), np.asarray(item, dtype=np.int64)
        vid = visits["vid"].to_numpy().astype(np.int64)
        lines = rows(
            "line",
            visits.height,
            lid=draft.number("line", visits.height),
            vid=vid,
            item=item,
            at=at,
            cnt=cnt,
            doctor=visits["doctor"],
            dept=visits["dept"],
            order=np.where(stay, order_number(vid, item), vid),
            scheme=self.deed.number,
        )
        draft.add("line", lines)
        return lines

    def absent(self, draft: Draft, visits: pl.DataFrame, item: Ints) -> Ints:
        """Positions of the visits that do not yet carry their item."""
        have = draft.take("line").filter(pl.col("vid").is_in(visits["vid"].implode()))
        known = order_number(have["vid"].to_numpy(), have["item"].to_numpy())
        return np.flatnonzero(~np.isin(order_number(visits["vid"].to_numpy(), np.asarray(item)), known))

    @staticmethod
    def unmarked() -> pl.Expr:
        """Rows of no deed."""
        return (pl.col("scheme") == 0) & (pl.col("story") == 0)

    def mine(self) -> pl.Expr:
        """Rows of this scheme."""
        return pl.col("scheme") == self.deed.number

    def mark(self, draft: Draft, kind: str, hit: pl.Expr, **given: pl.Expr) -> None:
        """Change unmarked rows of a kind and make them the scheme's."""
        hit = hit & self.unmarked()
        frame, number = draft.take(kind), pl.lit(self.deed.number, pl.Int32)
        changed = {name: pl.when(hit).then(value).otherwise(name).cast(frame.schema[name]) for name, value in given.items()}
        draft.put(kind, frame.with_columns(**changed, scheme=pl.when(hit).then(number).otherwise("scheme")))


def some(rng: np.random.Generator, frame: pl.DataFrame, share: float, least: int = 2) -> pl.DataFrame:
    """A random share of rows, at least a few."""
    n = min(frame.height, max(least, round(frame.height * share)))
    picked: pl.DataFrame = frame[np.sort(rng.permutation(frame.height)[:n]).tolist()]
    return picked


def within(rng: np.random.Generator, visits: pl.DataFrame) -> Ints:
    """A working hour of a whole day of each stay; for contacts the minute before they are paid."""
    beg, end = visits["beg"].to_numpy(), visits["end"].to_numpy()
    day = beg // DAY + 1 + rng.integers(0, 1 << 20, len(beg)) % np.maximum(end // DAY - beg // DAY - 1, 1)
    hour: Ints = day * DAY + rng.integers(8 * 3600 + 1800, 17 * 3600, len(beg))
    ward = np.minimum(np.maximum(hour, beg + 600), end - 300)
    return np.where((visits["bed"] != "").to_numpy(), ward, visits["settled"].to_numpy() - rng.integers(5, 50, len(beg)))


def step(deed: Deed, ways: Sequence[str], turn: int) -> None:
    """The next way and level: every way comes in every level sooner or later."""
    deed.mechanism = ways[turn % len(ways)]
    deed.note = LEVELS[(turn % len(ways) + turn // len(ways)) % len(LEVELS)]


def where(cast: Cast, part: str, fit: Callable[[int], bool] = lambda _: True) -> int | None:
    """The next crooked ward that is fit for a part, a large one where there is one; none where no ward is."""
    large = _roomy(cast)
    for able in (lambda one: one in large and fit(one), fit):
        for _ in range(len(cast.crooked["wards"])):
            if able(inst := cast.crook("wards", part)):
                return inst
    return None


def _roomy(cast: Cast) -> set[int]:
    """The larger half of the crooked wards."""
    wards = cast.crooked["wards"]
    beds = cast.district.places.beds[wards]
    return set(wards[beds >= np.median(beds)].tolist())


def possible(cast: Cast, deed: Deed, ways: Sequence[str], fits: Callable[[str], Callable[[int], bool]]) -> int | None:
    """A crooked ward where the deed's way is possible; else the next way that is possible somewhere."""
    at = ways.index(deed.mechanism)
    for way in (*ways[at:], *ways[:at]):
        if (inst := where(cast, deed.pattern, fits(way))) is not None:
            deed.mechanism = way
            return inst
    return None


def sends(cast: Cast, *feeds: str) -> Callable[[int], bool]:
    """Does a place send these records? A deed that is seen in them needs one that does."""
    return lambda inst: all(senders(cast.district, feed)[inst] for feed in feeds)


def unstock(draft: Draft, district: District, inst: int, item: int, pieces: float) -> float:
    """Take pieces out of the month's book of a hospital's store, as if they never came in or went out. Returns how many it was."""
    store = draft.take("store")
    here = (pl.col("inst") == inst) & (pl.col("item") == item)
    issued = float(store.filter(here & (pl.col("move") == ISSUED))["cnt"].sum())
    bought = float(store.filter(here & (pl.col("move") == BOUGHT))["cnt"].sum())
    less = min(pieces, issued)
    left = {ISSUED: (issued - less) / max(issued, 1), BOUGHT: max(bought - less, 0) / max(bought, 1)}
    moved = here & pl.col("move").is_in(list(left))
    book = store.filter(moved).with_columns(rest=pl.col("move").replace_strict(left, return_dtype=pl.Float64))
    up_to = (pl.col("cnt").cum_sum().over("move") * pl.col("rest")).round()
    book = book.with_columns(cnt=up_to - up_to.shift(1, fill_value=0.0).over("move")).drop("rest")
    draft.put("store", pl.concat([store.filter(~moved), book.filter(pl.col("cnt") > 0)]))
    district.carry.stored[inst, item] += less - min(less, bought)
    return less


def restock(draft: Draft, inst: int, item: int, pieces: float, month: Month) -> None:
    """Pieces that were bought and handed out instead."""
    for move, hour in ((BOUGHT, 8), (ISSUED, 35)):
        at = month.beg + hour * 3600 + item * 37 % 1800
        draft.add("store", rows("store", 1, inst=inst, item=item, move=move, at=at, cnt=pieces))
