"""What is measured and used at the bed and the table? Temperature charts and the barcodes of implants."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city.bills import Days
from ingest.city.chance import Floats, Ints, mix
from ingest.city.district import District
from ingest.city.feeds import sent
from ingest.city.ills import ILLS
from ingest.city.rows import Draft, rows
from ingest.city.theatre import OPERATIONS

_HOURS = np.array([6 * 3600 + 1800, 14 * 3600 + 1800])
"""The two rounds of the day."""
_FEVER = ("J", "A", "K35", "K81", "N73", "N20")


def vitals(rng: np.random.Generator, psn: Ints, ill: Ints, day: Ints) -> tuple[Floats, ...]:
    """(temperature, pulse, respiration, systolic, diastolic): a fever falls within days, blood pressure is a person's own."""
    hot = np.array([one.code.startswith(_FEVER) for one in ILLS])[ill]
    n, high = len(psn), np.array([one.code.startswith("I10") for one in ILLS])[ill]
    temperature = 36.2 + rng.gamma(3, 0.13, n) + np.where(hot, rng.uniform(0.3, 2.2, n) * np.exp(-day / 2.2), 0)
    systolic = 108 + mix(psn, 401) % 36 + rng.normal(0, 7, n) + np.where(high, 22 * np.exp(-day / 4.0), 0)
    pulse = 62 + mix(psn, 403) % 22 + rng.normal(0, 5, n) + (temperature - 36.5) * 8
    return (
        temperature.round(1),
        pulse.round(),
        rng.integers(16, 22, n).astype(float),
        systolic.round(),
        (systolic * 0.62 + rng.normal(0, 4, n)).round(),
    )


def charts(draft: Draft, district: District, rng: np.random.Generator) -> None:
    """vital_sign: twice a day where the ward sends its charts, not while the patient is on leave."""
    stays = draft.take("visit").filter((pl.col("bed") != "") & ~pl.col("newborn"))
    days = Days.of(stays, district.until)
    at = days.midnight[:, None] + _HOURS[None, :] + rng.integers(-1500, 1500, (len(days.stay), 2))
    row = np.repeat(np.arange(len(days.stay)), 2)
    frame = stays.select("vid", "psn", "inst", "ill", "beg", "end")[days.stay[row]].with_columns(
        at=pl.Series(at.ravel()), day=pl.Series(days.number[row])
    )
    away = draft.take("order").filter(pl.col("kind") == "leave").select("vid", pl.col("beg").alias("gone"), pl.col("end").alias("back"))
    frame = frame.join(away, on="vid", how="left", maintain_order="left").filter(
        (pl.col("at") > pl.col("beg"))
        & ((pl.col("end") == 0) | (pl.col("at") < pl.col("end")))
        & (pl.col("at") < district.until)
        & ~pl.col("at").is_between("gone", "back").fill_null(value=False)
    )
    frame = sent(district, "vital", frame.unique(["vid", "at"], maintain_order=True), rng)
    psn, ill = frame["psn"].to_numpy().astype(np.int64), frame["ill"].to_numpy().astype(np.int64)
    measured = vitals(rng, psn, ill, frame["day"].to_numpy())
    inst = frame["inst"].to_numpy().astype(np.int64)
    nurse = district.staff.member(inst, "护理部", rng.integers(0, 1 << 20, frame.height), np.full(frame.height, -1))
    names = ("temperature", "pulse", "resp", "sbp", "dbp")
    draft.add(
        "vital", rows("vital", frame.height, vid=frame["vid"], at=frame["at"], nurse=nurse, **dict(zip(names, measured, strict=True)))
    )


def implants(draft: Draft, district: District, rng: np.random.Generator) -> None:
    """mcs_use: one barcode a piece, read in the theatre; a few are not."""
    uses = sorted({kind.implant for kind in OPERATIONS.values()} - {""})
    item = np.concatenate([district.goods.uses[use] for use in uses])
    visits = draft.take("visit").filter(pl.col("refund") == 0).select("vid", "inst")
    lines = draft.take("line").filter((pl.col("cnt") > 0) & pl.col("item").is_in(item)).join(visits, on="vid", how="inner").sort("lid")
    done = (
        draft.take("operation")
        .sort("vid", "beg")
        .unique("vid", maintain_order=True)
        .select("vid", "beg", "end", pl.col("doctor").alias("surgeon"))
    )
    frame = lines.join(done, on="vid", how="left", maintain_order="left")
    frame = frame[np.repeat(np.arange(frame.height), frame["cnt"].to_numpy().astype(np.int64))]
    frame = sent(district, "implant", frame, rng)
    use = pl.coalesce(pl.col("beg") + (pl.col("end") - pl.col("beg")) // 2, "at")
    frame = frame.with_columns(used=use, who=pl.coalesce("surgeon", "doctor"))
    draft.add(
        "implant",
        rows(
            "implant",
            frame.height,
            vid=frame["vid"],
            item=frame["item"],
            at=frame["used"],
            doctor=frame["who"],
            barcode=draft.number("barcode", frame.height),
        ),
    )
