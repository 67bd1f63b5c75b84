"""Paid beyond the limit (超适应症、超支付范围): what is paid only for some patients, places or days is given to others and claimed.

Ways: injections of county hospitals at a lower house; infusions for inpatients given by day; a paid course that does not end;
drugs of the other sex and of children. The limits are those that the NHSA published for these codes (`codes.csv`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import admission, stays
from ingest.city.cast import LEVELS, Cast
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.ills import BY_CODE
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, Value, rows

WAYS = ("low_level", "by_day", "endless_course", "wrong_body")
_VISITS = {"easy": (8, 14), "medium": (5, 8), "hard": (3, 5)}
_DAYS = {"easy": (24, 27), "medium": (21, 25), "hard": (18, 21)}
"""Days in hospital of a course that does not end."""
_COURSE = 14
"""Days for which the stroke injections are paid."""
_SHORTER = "注射用七叶皂苷钠"
"""Paid for ten days only: left aside, so that each billed day after the fourteenth is one too many."""
_STROKE = np.array([BY_CODE["I69.300"], BY_CODE["I63.900"]])
_LINES = {"easy": (3, 5), "medium": (2, 3), "hard": (1, 2)}


@dataclass
class OffIndication:
    """One institution that asks for more than is paid."""

    deed: Deed
    inst: int
    items: Ints
    patients: Ints
    """Of the endless course."""
    active: set[int]

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("off indication", self.deed.number, month.number)
        if self.deed.mechanism == "endless_course":
            self._course(draft, district, month, rng)
            return
        some = self._chosen(draft, district, rng)
        per = rng.integers(*_LINES[self.deed.note], some.height, endpoint=True)
        row = np.repeat(np.arange(some.height), per)
        item = self._fitting(district, rng, some["psn"].to_numpy().astype(np.int64)[row])
        stay = (some["bed"] != "").to_numpy()[row]
        beg, end = some["beg"].to_numpy()[row], np.where(some["end"].to_numpy() > 0, some["end"].to_numpy(), district.until)[row]
        day = beg // DAY + 1 + rng.integers(0, 1 << 20, len(row)) % np.maximum(end // DAY - beg // DAY - 1, 1)
        ward = np.clip(day * DAY + rng.integers(8 * 3600, 17 * 3600, len(row)), beg + 600, end - 120)
        at = np.where(stay, ward, some["settled"].to_numpy()[row] - rng.integers(2, 60, len(row)))
        keep = np.flatnonzero((item >= 0) & (at < district.until))
        keep = keep[np.unique(row[keep] * 10_000 + item[keep], return_index=True)[1]]
        self._bill(draft, some[row[keep]], item[keep], at[keep], rng)

    def after(self, draft: Draft, district: District, month: Month) -> None:
        """Nothing more."""

    def _chosen(self, draft: Draft, district: District, rng: np.random.Generator) -> pl.DataFrame:
        """Honest visits of the house to which something is added."""
        by_day = self.deed.mechanism in ("by_day", "wrong_body")
        kind = (pl.col("bed") == "") if by_day else (pl.col("bed") != "")
        here = draft.take("visit").filter(
            (pl.col("inst") == self.inst) & (pl.col("scheme") == 0) & (pl.col("story") == 0) & (pl.col("refund") == 0) & kind
        )
        here = here.filter((pl.col("settled") > 0) & (pl.col("manual") == "") & ~pl.col("newborn")).sort("vid")
        if self.deed.mechanism == "wrong_body":
            here = here.filter(pl.Series((district.people.age >= 20)[here["psn"].to_numpy()]))
        n = min(here.height, int(rng.integers(*_VISITS[self.deed.note], endpoint=True)))
        found: pl.DataFrame = here[np.sort(rng.permutation(here.height)[:n]).tolist()]
        return found

    def _fitting(self, district: District, rng: np.random.Generator, psn: Ints) -> Ints:
        """What each gets; of the wrong body: a child's drug for some, else one of the other sex."""
        item: Ints = rng.choice(self.items, len(psn))
        if self.deed.mechanism != "wrong_body":
            return item
        goods, man = district.goods, district.people.sex[psn] == 1
        women, men = (self.items[goods.limit[self.items] == limit] for limit in ("female", "male"))
        child = self.items[goods.limit[self.items] == "child"]
        other = np.where(man, rng.choice(women, len(psn)), rng.choice(men, len(psn)))
        found: Ints = np.where(rng.random(len(psn)) < 0.4, rng.choice(child, len(psn)), other)
        return found

    def _bill(self, draft: Draft, of: pl.DataFrame, item: Ints, at: Value, rng: np.random.Generator) -> None:
        n = of.height
        cnt = rng.integers(1, 4, n)
        draft.add(
            "line",
            rows(
                "line",
                n,
                lid=draft.number("line", n),
                vid=of["vid"],
                item=item,
                at=at,
                cnt=cnt.astype(float),
                doctor=of["doctor"],
                dept=of["dept"],
                order=of["vid"].cast(pl.Int64) * 1024 + pl.Series(item),
                days=np.minimum(cnt * 10, 90),
                scheme=self.deed.number,
            ),
        )

    def _course(self, draft: Draft, district: District, month: Month, rng: np.random.Generator) -> None:
        """Old patients after a stroke lie for weeks; the same injection is hung up every morning, paid days or not."""
        n = min(len(self.patients), int(rng.integers(1, 3, endpoint=True)))
        psn = rng.choice(self.patients, n, replace=False)
        beg = admission.arrivals(district, month, rng, self.inst, n)
        days = rng.uniform(*_DAYS[self.deed.note], n)
        fits = (beg < month.end) & (beg + (_COURSE + 2) * DAY < district.until)
        psn, beg, days, n = psn[fits], beg[fits], days[fits], int(fits.sum())
        want = stays.Admission(psn, np.full(n, self.inst), rng.choice(_STROKE, n), beg, stays.discharge(rng, beg, days))
        frame = admission.lie(draft, district, rng, want, at_home=False)
        admission.seen(draft, district, month, rng, frame)
        item = rng.choice(self.items, frame.height)
        paid = np.arange(int(days.max() if n else 0) + 1)
        row, day = (part.ravel() for part in np.meshgrid(np.arange(frame.height), paid, indexing="ij"))
        end = np.where(frame["end"].to_numpy() > 0, frame["end"].to_numpy(), district.until)
        at = (frame["beg"].to_numpy()[row] // DAY + day) * DAY + 8 * 3600 + rng.integers(0, 2 * 3600, len(row))
        keep = (at > frame["beg"].to_numpy()[row]) & (at < np.minimum(end[row], district.until))
        row, at = row[keep], at[keep]
        if not len(row):
            return
        nth = np.arange(len(row)) - np.searchsorted(row, row)
        of = frame[row].with_columns(scheme=pl.Series(np.where(nth >= _COURSE, self.deed.number, 0)).cast(pl.Int32))
        self._hang(draft, of, item[row], at)

    def _hang(self, draft: Draft, of: pl.DataFrame, item: Ints, at: Ints) -> None:
        """One infusion a day in place of whatever the ward gave of the same article."""
        own = draft.take("line")
        pairs = pl.DataFrame({"vid": of["vid"], "item": pl.Series(item).cast(pl.Int32)}).unique()
        draft.put("line", own.join(pairs, on=["vid", "item"], how="anti"))
        n = of.height
        draft.add(
            "line",
            rows(
                "line",
                n,
                lid=draft.number("line", n),
                vid=of["vid"],
                item=item,
                at=at,
                doctor=of["doctor"],
                dept=of["dept"],
                order=of["vid"].cast(pl.Int64) * 1024 + pl.Series(item),
                scheme=of["scheme"],
            ),
        )


def _limited(cast: Cast, way: str) -> Ints:
    """The articles whose limit is passed over: a few, by what the house has on its shelves."""
    goods, rng = cast.district.goods, cast.rng
    if way == "wrong_body":
        parts = [np.flatnonzero((goods.limit == limit) & goods.boxed) for limit in ("female", "male", "child")]
        return np.concatenate([rng.choice(part, int(rng.integers(3, 7)), replace=False) for part in parts])
    limit = {"low_level": "level2", "by_day": "inpatient", "endless_course": "course10"}[way]
    pool = np.flatnonzero((goods.limit == limit) & (goods.name != _SHORTER))
    found: Ints = rng.choice(pool, min(len(pool), int(rng.integers(2, 6))), replace=False)
    return found


def _place(cast: Cast, way: str) -> int:
    places = cast.district.places
    if way == "low_level":
        low = cast.crooked["wards"]
        low = low[places.rank[low] == 1]
        return int(cast.rng.choice(low)) if len(low) else cast.crook("health_centre", "beyond the limit")
    if way == "endless_course":
        return cast.crook("rehab_hospital" if cast.rng.random() < 0.5 else "hospital", "beyond the limit")
    return cast.crook("health_centre" if cast.rng.random() < 0.4 else "hospital", "beyond the limit")


def plant(cast: Cast, deed: Deed, turn: int) -> OffIndication:
    """Cast one scheme."""
    deed.mechanism, deed.note = WAYS[turn % len(WAYS)], LEVELS[(turn // 2) % 3]
    inst = _place(cast, deed.mechanism)
    patients = np.zeros(0, dtype=np.int64)
    if deed.mechanism == "endless_course":
        patients = cast.folk({"easy": 6, "medium": 5, "hard": 4}[deed.note], cast.adults(old=True), apart=False)
        deed.join("patient", patients.tolist(), "unknowing")
    deed.join("institution", [inst], "provider")
    return OffIndication(deed, inst, _limited(cast, deed.mechanism), patients, cast.months(turn, least=0.7))
