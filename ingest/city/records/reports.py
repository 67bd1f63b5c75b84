"""Which reports follow the tests that were billed? One report a line: pictures with findings, samples with values."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city.chance import Ints, Strings
from ingest.city.district import District
from ingest.city.feeds import sent
from ingest.city.period import DAY
from ingest.city.records import phrases
from ingest.city.records.analytes import ANALYTES, TUBES, values
from ingest.city.rows import Draft, rows

PICTURES = ("xray", "ct", "mri", "us")
EXAMS = (*PICTURES, "ecg", "gastroscopy", "lung", "lung_dil", "lung_prov", "lung_bed", "sleep", "eeg", "abpm")
"""Uses that end in a written finding; the first of them leave a picture."""
_LATE = 0.02
"""Reports that come days later."""
_SLIP = 0.0008
"""Values typed with the point one place off."""


def billed(draft: Draft, district: District, uses: tuple[str, ...]) -> pl.DataFrame:
    """Paid and kept lines of some uses with their visit: lid, vid, item, at, doctor, psn (whose body it was), inst, ill, end, use."""
    item = np.concatenate([district.goods.uses[use] for use in uses])
    body = pl.when(pl.col("body") >= 0).then("body").otherwise("psn").alias("psn")
    visits = draft.take("visit").filter(pl.col("refund") == 0).select("vid", body, "inst", "ill", "end", "med")
    lines = draft.take("line").filter((pl.col("cnt") > 0) & pl.col("item").is_in(item))
    found = lines.select("lid", "vid", "item", "at", "doctor").join(visits, on="vid", how="inner", maintain_order="left").sort("lid")
    return found.with_columns(use=pl.Series(district.goods.use[found["item"].to_numpy()]))


def _done(rng: np.random.Generator, frame: pl.DataFrame) -> Ints:
    """When a billed test is done: within the hours after it was posted, before the patient leaves the ward."""
    at = frame["at"].to_numpy() + rng.integers(300, 5400, frame.height)
    leaves = np.where(frame["end"].to_numpy() - frame["at"].to_numpy() > 6 * 3600, frame["end"].to_numpy() - 600, at)
    return np.minimum(at, leaves)


def _reported(rng: np.random.Generator, at: Ints, low: int, high: int) -> Ints:
    """When the report is signed, in minutes after the test."""
    late = rng.random(len(at)) < _LATE
    return at + rng.integers(low, high, len(at)) * 60 + np.where(late, rng.integers(1, 6, len(at)) * DAY, 0)


def _authors(district: District, rng: np.random.Generator, frame: pl.DataFrame, dept: str) -> Ints:
    inst, pick = frame["inst"].to_numpy().astype(np.int64), rng.integers(0, 1 << 20, frame.height)
    return district.staff.member(inst, dept, pick, frame["doctor"].to_numpy().astype(np.int64))


def exams(draft: Draft, district: District, rng: np.random.Generator) -> None:
    """exam_rpot: one finding for each billed picture or measurement."""
    frame = sent(district, "exam", billed(draft, district, EXAMS), rng)
    use = frame["use"].to_numpy().astype(np.str_)
    at = _done(rng, frame)
    picture = np.isin(use, PICTURES)
    draft.add(
        "exam",
        rows(
            "exam",
            frame.height,
            report=draft.number("report", frame.height),
            vid=frame["vid"],
            item=frame["item"],
            at=at,
            reported=_reported(rng, at, 20, 420),
            author=_authors(district, rng, frame, "影像科"),
            text=pl.Series(phrases.findings(rng, use), dtype=pl.String),
            image=np.where(picture, draft.number("image", frame.height), -1),
        ),
    )


def tests(draft: Draft, district: District, rng: np.random.Generator) -> None:
    """test_rpot: the values of each billed test; tests of one visit, day and tube share a sample."""
    frame = sent(district, "test", billed(draft, district, tuple(ANALYTES)), rng)
    tube = frame["use"].replace_strict(TUBES, default=5, return_dtype=pl.Int64)
    frame = frame.with_columns(sample=pl.struct("vid", pl.col("at") // DAY, tube.alias("tube")).rank("dense").cast(pl.Int64))
    at = _done(rng, frame)
    frame = frame.with_columns(
        sample=frame["sample"] + int(draft.number("sample", frame.height)[0]) if frame.height else frame["sample"],
        report=pl.Series(draft.number("report", frame.height)),
        done=pl.Series(at),
        reported=pl.Series(_reported(rng, at, 30, 360)),
        author=pl.Series(_authors(district, rng, frame, "检验科")),
    )
    for use in sorted(ANALYTES):
        here = frame.filter(pl.col("use") == use)
        psn, ill = here["psn"].to_numpy().astype(np.int64), here["ill"].to_numpy().astype(np.int64)
        for one in ANALYTES[use]:
            value = _slips(rng, values(rng, one, psn, ill), one.decimals)
            columns = {name: here[name] for name in ("report", "vid", "item", "sample", "reported", "author")}
            text = pl.Series(value, dtype=pl.String)
            draft.add("test", rows("test", here.height, **columns, at=here["done"], name=one.name, value=text, unit=one.unit))


def _slips(rng: np.random.Generator, value: Strings, decimals: int) -> Strings:
    """A few values are typed with the point one place off."""
    hit = np.flatnonzero(rng.random(len(value)) < _SLIP) if decimals >= 0 else np.zeros(0, dtype=np.int64)
    value = value.astype("U12")
    value[hit] = np.char.mod(f"%.{max(decimals, 0)}f", value[hit].astype(float) * 10)
    return value
