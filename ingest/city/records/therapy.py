"""Who exercised with whom, when? Rehabilitation sessions: a therapist has one patient at a time, a patient one session."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.feeds import sent
from ingest.city.ills import DEPT
from ingest.city.period import DAY, Month
from ingest.city.records.reports import billed
from ingest.city.rows import Draft, rows

_OPEN, _CLOSE = 7 * 3600 + 1800, 19 * 3600
_SLOT, _LENGTH = 35 * 60, (26 * 60, 33 * 60)
"""A place in the plan of a day, and what is used of it, in seconds."""


def sessions(draft: Draft, district: District, month: Month, rng: np.random.Generator) -> None:
    """therapy_session for billed exercises and machines: each patient has a therapist for the day, whose places are filled in turn."""
    staff, dept = district.staff, DEPT["康复治疗室"]
    frame = billed(draft, district, ("rehab", "physio"))
    inst = frame["inst"].to_numpy().astype(np.int64)
    frame = frame.with_columns(day=pl.col("at") // DAY, width=pl.Series(staff.count[inst, dept])).filter(pl.col("width") > 0)
    turn = pl.col("vid").rank("dense").over("inst", "day").cast(pl.Int64) - 1
    frame = frame.with_columns(lane=turn % pl.col("width")).sort("inst", "day", "lane", "vid", "lid")
    place = frame.select(place=pl.int_range(pl.len()).over("inst", "day", "lane"))["place"].to_numpy() + _booked(district, month, frame)
    inst, n = frame["inst"].to_numpy().astype(np.int64), frame.height
    beg = frame["day"].to_numpy() * DAY + _OPEN + place * _SLOT + rng.integers(0, 90, n)
    machine = (frame["use"] == "physio").to_numpy()
    frame = frame.with_columns(
        at=pl.Series(beg),
        out=pl.Series(beg + rng.integers(*_LENGTH, n)),
        therapist=pl.Series(staff.first[inst, dept] + frame["lane"].to_numpy()),
        equipment=pl.Series(np.where(machine, frame["lane"].to_numpy() + 1, -1)),
    )
    frame = sent(district, "therapy", frame.filter(pl.Series(_OPEN + place * _SLOT < _CLOSE, dtype=pl.Boolean)), rng)
    columns = {name: frame[name] for name in ("vid", "item", "therapist", "equipment")}
    draft.add("therapy", rows("therapy", frame.height, **columns, beg=frame["at"], end=frame["out"]))


def _booked(district: District, month: Month, frame: pl.DataFrame) -> Ints:
    """Places that the stays of the month before have taken; remembers those that this month takes in the next."""
    key = ("inst", "day", "lane")
    before = district.carry.booked
    taken = np.array([before.get(one, 0) for one in frame.select(key).iter_rows()], dtype=np.int64)
    later = frame.filter(pl.col("day") >= month.end // DAY).group_by(key).len()
    district.carry.booked = {(int(a), int(b), int(c)): int(n) for a, b, c, n in later.iter_rows()}
    return taken
