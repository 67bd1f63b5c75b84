"""How does a single story buy or sell? Visits with chosen baskets at a pharmacy's till or a clinic's window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import polars as pl

from ingest.city.baskets import stocked
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.ills import BY_CODE, DEPT
from ingest.city.period import DAY, Month
from ingest.city.places import PHARMACY
from ingest.city.rows import Draft, Value, rows


@dataclass(frozen=True)
class Marks:
    """Which deed the rows belong to; 0 = none."""

    scheme: int = 0
    story: int = 0


HONEST = Marks()


@dataclass(frozen=True)
class Basket:
    """Lines of several visits: which visit, which item, how many, at which price (millionths of a yuan, -1 = list)."""

    row: Ints
    item: Ints
    cnt: Ints
    price: Ints
    codes: Sequence[str] = ()

    @classmethod
    def of(cls, items: Sequence[Sequence[int]], cnt: int | Sequence[Sequence[int]] = 1) -> Basket:
        """One list of items per visit."""
        row = np.repeat(np.arange(len(items)), [len(x) for x in items])
        item = np.array([i for x in items for i in x], dtype=np.int64)
        amount = np.full(len(item), cnt) if isinstance(cnt, int) else np.array([c for x in cnt for c in x], dtype=np.int64)
        return cls(row, item, amount, np.full(len(item), -1))


def sell(
    draft: Draft,
    district: District,
    rng: np.random.Generator,
    psn: Ints,
    inst: Ints,
    at: Ints,
    basket: Basket,
    *,
    marks: Marks = HONEST,
    line_marks: Marks | None = None,
    med: str = "41",
    till: Value = 1,
    cert: str = "03",
    off_shelf: bool = False,
    ill: int = 17,
    split: bool = False,
    doctor: int = -1,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add visits with their lines; returns (visits, lines). `line_marks` marks the lines when only they are wrong; `doctor` serves all."""
    n = len(psn)
    dept, served = _desk(district, rng, inst, at) if doctor < 0 else (int(district.staff.dept[doctor]), doctor)
    visits = rows(
        "visit",
        n,
        vid=draft.number("visit", n),
        psn=psn,
        inst=inst,
        beg=at - rng.integers(20, 60, n),
        end=at + rng.integers(20, 90, n),
        med=med,
        dept=dept,
        doctor=served,
        ill=ill,
        cert=cert,
        till=till,
        settled=at,
        **asdict(marks),
    )
    draft.add("visit", visits)
    return visits, _ring_up(draft, rng, visits, basket, off_shelf=off_shelf, split=split, **asdict(line_marks or marks))


def _desk(district: District, rng: np.random.Generator, inst: Ints, at: Ints) -> tuple[Ints, Ints]:
    """(department, doctor) who serves; a pharmacy's till has no doctor."""
    inst = np.asarray(inst, dtype=np.int64)
    shop = district.places.kind[inst] == PHARMACY
    dept = np.where(shop, DEPT["药房"], district.staff.department(district.places, inst, np.full(len(inst), DEPT["内科"])))
    return dept, np.where(shop, -1, district.staff.serve(rng, inst, dept, at))


def _ring_up(draft: Draft, rng: np.random.Generator, visits: pl.DataFrame, basket: Basket, **given: Value) -> pl.DataFrame:
    """Add the lines of a basket, a few seconds before their visit is settled."""
    n = len(basket.row)
    of = visits[basket.row]
    lines = rows(
        "line",
        n,
        lid=draft.number("line", n),
        vid=of["vid"],
        item=basket.item,
        at=of["settled"] - pl.Series(rng.integers(1, 12, n)),
        cnt=basket.cnt.astype(float),
        price=basket.price,
        doctor=of["doctor"],
        dept=of["dept"],
        order=of["vid"],
        days=np.minimum(basket.cnt * 10, 90),
        codes=pl.Series(list(basket.codes), dtype=pl.String) if basket.codes else "",
        **given,
    )
    draft.add("line", lines)
    return lines


def seen(
    draft: Draft,
    visits: pl.DataFrame,
    rng: np.random.Generator,
    face: Value,
    *,
    marks: Marks = HONEST,
    picture: Value = -1,
    score: float = 0.9,
) -> None:
    """Face payment at the till: the camera saw `face`."""
    n = visits.height
    draft.add(
        "face",
        rows(
            "face",
            n,
            psn=visits["psn"],
            inst=visits["inst"],
            at=visits["settled"] - pl.Series(rng.integers(4, 18, n)),
            kind="pharmacy",
            vid=visits["vid"],
            device=visits["till"].cast(pl.Int32) + 50,
            score=np.round(np.clip(score + rng.normal(0, 0.03, n), 0.62, 0.99), 3),
            face=face,
            picture=picture,
            scheme=marks.scheme,
            story=marks.story,
        ),
    )


def opening(rng: np.random.Generator, month: Month, n: int, *, first: int = 8, last: int = 20) -> Ints:
    """`n` moments in opening hours, on any days of the month."""
    return month.beg + rng.integers(0, month.days, n) * DAY + rng.integers(first * 3600, last * 3600, n)


def queue(rng: np.random.Generator, start: int, n: int, low: int, high: int) -> Ints:
    """Moments one after another with gaps of `low` to `high` seconds."""
    return start + np.concatenate([[0], np.cumsum(rng.integers(low, high + 1, max(0, n - 1)))]).astype(np.int64)[:n]


def shelf(district: District, shop: int, uses: Sequence[str], *, kept: bool = True) -> Ints:
    """Items of some uses that the shop keeps (or does not)."""
    items = np.concatenate([district.goods.uses[use] for use in uses])
    items = items[district.goods.level[items] != "03"]
    has = stocked(np.full(len(items), shop), items)
    found: Ints = items[has if kept else ~has]
    return found


def mixed(rng: np.random.Generator, items: Ints, n: int, low: int, high: int) -> list[list[int]]:
    """`n` baskets of `low` to `high` different items."""
    return [[int(i) for i in rng.choice(items, size=min(len(items), int(k)), replace=False)] for k in rng.integers(low, high + 1, n)]


COLD = BY_CODE["J06.900"]
