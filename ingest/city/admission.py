"""How is a single story admitted? Stays of chosen persons with bed, bill, orders and checks, as the ward writes them for anybody."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import polars as pl

from ingest.city import bills, faces, stays
from ingest.city.chance import Ints
from ingest.city.counter import HONEST, Marks
from ingest.city.district import District
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, rows


def lie(
    draft: Draft,
    district: District,
    rng: np.random.Generator,
    want: stays.Admission,
    *,
    marks: Marks = HONEST,
    at_home: bool = True,
    **given: object,
) -> pl.DataFrame:
    """Admit who finds a bed and bill the stays; `at_home`: contacts elsewhere during the stay stand. Returns the stays."""
    got, bed = stays.beds(district, want)
    if not len(got.psn):
        return rows("visit", 0)
    frame = stays.frame(draft, district, rng, got, bed, **asdict(marks), **given)
    if not at_home:
        withdraw(draft, frame)
    draft.add("visit", frame)
    bills.write(draft, district, rng, frame)
    bills.orders(draft, district, rng, frame)
    return frame


def arrivals(district: District, month: Month, rng: np.random.Generator, inst: int, n: int) -> Ints:
    """When `n` persons can be admitted: any day, but in a full house not before a bed is free, which may be after the month."""
    beds = int(district.places.beds[inst])
    free = np.sort(district.carry.bed_free.get(inst, np.zeros(beds, dtype=np.int64)))
    day = np.maximum(month.beg // DAY + rng.integers(0, month.days - 1, n), np.resize(free, n) // DAY + 1)
    found: Ints = day * DAY + rng.integers(8 * 3600, 16 * 3600, n)
    return found


def seen(draft: Draft, district: District, month: Month, rng: np.random.Generator, frame: pl.DataFrame) -> None:
    """The ward's own face checks of a stay."""
    faces.ward(draft, district, rng, frame, absent=None, outage=faces.outages(district, month))


def withdraw(draft: Draft, stays: pl.DataFrame) -> None:
    """Take back unmarked contacts of the same persons during their stays: who lies in bed buys nothing himself."""
    spans = stays.select("psn", pl.col("beg").alias("into"), pl.col("end").alias("out"))
    free = (pl.col("scheme") == 0) & (pl.col("story") == 0) & (pl.col("bed") == "")
    near = draft.take("visit").filter(free).join(spans, on="psn", how="inner")
    inside = (pl.col("beg") > pl.col("into") - DAY) & ((pl.col("beg") < pl.col("out")) | (pl.col("out") == 0))
    gone = near.filter(inside)["vid"].unique()
    for kind in ("visit", "line", "face"):
        draft.put(kind, draft.take(kind).filter(~pl.col("vid").is_in(gone.implode())))
