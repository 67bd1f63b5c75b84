"""Who was seen? Face checks on wards, at dialysis and at some tills, with the failures that devices and life produce."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city.bills import Days, away
from ingest.city.chance import Bools, Floats, Ints, stream
from ingest.city.district import District
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, rows


def scores(rng: np.random.Generator, passed: Bools) -> Floats:
    """Similarity as devices report it: 0.8-0.99 when passed, below 0.6 when not."""
    passing = np.clip(0.99 - rng.gamma(2.0, 0.025, len(passed)), 0.79, 0.99)
    score: Floats = np.where(passed, passing, rng.uniform(0.2, 0.6, len(passed))).round(3)
    return score


def outages(district: District, month: Month) -> pl.DataFrame:
    """Wards whose device is broken for some days of the month: (inst, ward, first, last day)."""
    rng = stream(district.seed, "outages", month.number)
    sites = np.flatnonzero(district.places.has_faces & (district.places.beds > 0))
    broken = sites[rng.random(len(sites)) < 0.12]
    first = month.beg // DAY + rng.integers(1, 24, len(broken))
    return pl.DataFrame({"inst": broken, "first": first, "last": first + rng.integers(1, 5, len(broken))})


def _out(days_at: Ints, inst: Ints, outage: pl.DataFrame) -> Bools:
    out = np.zeros(len(days_at), dtype=bool)
    for site, first, last in outage.iter_rows():
        out |= (inst == site) & (days_at >= first) & (days_at <= last)
    return out


def ward_of(bed: pl.Series) -> Ints:
    """Ward number in a bed's label; also the number of its device."""
    return bed.str.extract(r"^(\d+)").cast(pl.Int64).fill_null(1).to_numpy()


def _add(draft: Draft, stays: pl.DataFrame, stay: Ints, at: Ints, kind: str, result: pl.Series, score: Floats) -> None:
    passed = (result == "pass").to_numpy()
    psn = stays["psn"].to_numpy()[stay]
    draft.add(
        "face",
        rows(
            "face",
            len(stay),
            psn=psn,
            inst=stays["inst"].to_numpy()[stay],
            at=at,
            kind=kind,
            vid=stays["vid"].to_numpy()[stay],
            device=ward_of(stays["bed"])[stay],
            result=result,
            score=np.where(result.to_numpy() == "missed", 0.0, score),
            live=pl.Series(np.where(passed, "pass", "not_checked")),
            face=np.where(passed, psn, -1),
            scheme=stays["scheme"].to_numpy()[stay],
            story=stays["story"].to_numpy()[stay],
        ),
    )


def ward(
    draft: Draft,
    district: District,
    rng: np.random.Generator,
    stays: pl.DataFrame,
    *,
    absent: pl.DataFrame | None,
    outage: pl.DataFrame,
    missing: float = 0.016,
) -> None:
    """Admission and daily checks of stays where the institution sends them. `missing` = chance that the patient is not met."""
    sites = district.places.has_faces[stays["inst"].to_numpy()]
    stays = stays.filter(pl.Series(sites))
    if not stays.height:
        return
    inst = stays["inst"].to_numpy()
    _admission(draft, rng, stays, ~_out(stays["beg"].to_numpy() // DAY, inst, outage))
    days = Days.of(stays, district.until)
    here = (days.number > 0) & ~away(days, stays, absent)
    keep, at, result = _rounds(district, rng, stays, days, here & ~_out(days.midnight // DAY, inst[days.stay], outage), missing)
    _add(draft, stays, days.stay[keep], at, "daily_ward", result, scores(rng, (result == "pass").to_numpy()))
    _spot(draft, district, rng, stays, days, np.flatnonzero(here), missing)
    again = np.flatnonzero((result == "fail").to_numpy())
    later, sure = at[again] + rng.integers(20, 90, len(again)), np.ones(len(again), dtype=bool)
    _add(draft, stays, days.stay[keep][again], later, "daily_ward", pl.repeat("pass", len(again), eager=True), scores(rng, sure))


def _admission(draft: Draft, rng: np.random.Generator, stays: pl.DataFrame, works: Bools) -> None:
    """The check at the desk, where the device works."""
    day = np.flatnonzero((rng.random(stays.height) < 0.97) & works)
    admitted = rng.random(len(day)) < 0.985
    result = pl.Series(np.where(admitted, "pass", "fail"), dtype=pl.String)
    at = stays["beg"].to_numpy()[day] + rng.integers(300, 5400, len(day))
    _add(draft, stays, day, at, "admission", result, scores(rng, admitted))


def _rounds(
    district: District, rng: np.random.Generator, stays: pl.DataFrame, days: Days, due: Bools, missing: float
) -> tuple[Ints, Ints, pl.Series]:
    """(index into days, time, result) of the daily checks, most of them in the morning."""
    keep = np.flatnonzero(due)
    draw = rng.random(len(keep))
    result = pl.Series(np.where(draw < missing, "missed", np.where(draw < missing + 0.012, "fail", "pass")), dtype=pl.String)
    at = days.midnight[keep] + np.where(
        rng.random(len(keep)) < 0.7, rng.integers(7 * 3600, 10 * 3600, len(keep)), rng.integers(15 * 3600, 18 * 3600, len(keep))
    )
    inside = at < np.where(stays["end"].to_numpy() == 0, district.until, stays["end"].to_numpy())[days.stay[keep]]
    return keep[inside], at[inside], result.filter(pl.Series(inside))


def _spot(draft: Draft, district: District, rng: np.random.Generator, stays: pl.DataFrame, days: Days, pool: Ints, missing: float) -> None:
    """The bureau calls in the evening and asks to see a patient now."""
    keep = pool[rng.random(len(pool)) < 0.05]
    at = days.midnight[keep] + rng.integers(19 * 3600, 21 * 3600, len(keep))
    inside = at < np.where(stays["end"].to_numpy() == 0, district.until, stays["end"].to_numpy())[days.stay[keep]]
    keep, at = keep[inside], at[inside]
    result = pl.Series(np.where(rng.random(len(keep)) < max(missing, 0.03), "missed", "pass"), dtype=pl.String)
    _add(draft, stays, days.stay[keep], at, "spot_check", result, scores(rng, (result == "pass").to_numpy()))


def till(draft: Draft, visits: pl.DataFrame, rng: np.random.Generator, *, share: float, kind: str = "pharmacy") -> None:
    """Face payment at some tills: a check a few seconds before the settlement."""
    some = visits.filter(pl.Series(rng.random(visits.height) < share))
    passed = np.ones(some.height, dtype=bool)
    draft.add(
        "face",
        rows(
            "face",
            some.height,
            psn=some["psn"],
            inst=some["inst"],
            at=some["settled"] - pl.Series(rng.integers(5, 40, some.height)),
            kind=kind,
            vid=some["vid"],
            device=some["till"].cast(pl.Int32) + 50,
            score=scores(rng, passed),
            face=some["psn"],
        ),
    )
