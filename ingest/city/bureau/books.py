"""Which registers stand beside the claims? Wages, machines, population, the state's register of persons, days that are unlike others."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city import registers
from ingest.city.chance import mix, stream
from ingest.city.district import District
from ingest.city.period import DAY, START, months, seconds
from ingest.city.places import DIALYSIS, HEALTH_CENTRE, HOSPITAL, REHAB

_HOLIDAYS = (
    *(("2025-10-01", "2025-10-08"), ("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"), ("2026-04-04", "2026-04-06")),
    *(("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21"), ("2026-09-25", "2026-09-27"), ("2026-10-01", "2026-10-07")),
)
"""The State Council's notices for 2025 and 2026."""


def payroll(district: District) -> pl.DataFrame:
    """payroll: wages of the firms that report them, month by month; three in ten firms do not."""
    rng, folk = stream(district.seed, "payroll"), district.people
    psn = np.flatnonzero((folk.employer >= 0) & (mix(np.maximum(folk.employer, 0), 97) % 10 < 7))
    count = (district.until - seconds(START)) // (30 * DAY)
    labels = np.array([month.label for month in months(max(1, int(count)))])
    row = np.repeat(np.arange(len(psn)), len(labels))
    wage = registers.bases(district)[psn][row] * rng.uniform(0.96, 1.12, len(row))
    keep = rng.random(len(row)) >= 0.004  # a sheet that got lost
    return pl.DataFrame(
        {
            "certno": folk.certno[psn][row],
            "emp_no": registers.firm_codes(district)[folk.employer[psn]][row],
            "period": np.tile(labels, len(psn)),
            "wag": wage.round(2),
        }
    ).filter(pl.Series(keep))


def equipment(district: District) -> pl.DataFrame:
    """equipment: what each institution registered; one machine in twenty was entered months after it came."""
    rng, places = stream(district.seed, "equipment"), district.places
    size = np.maximum(places.beds // 40, 1)
    owns = {
        "CT": np.where(places.scanner >= 1, size, 0),
        "MR": np.where(places.scanner >= 2, np.maximum(size // 2, 1), 0),
        "DR": np.where(np.isin(places.kind, (HOSPITAL, HEALTH_CENTRE, REHAB)), size, 0),
        "US": np.where(np.isin(places.kind, (HOSPITAL, HEALTH_CENTRE, REHAB)), size + 1, 0),
        "HD": np.where((places.machines > 0) | (places.kind == DIALYSIS), places.machines, 0),
        "VENT": np.where(places.scanner >= 2, size * 2, 0),
        "REHAB": np.where(places.beds > 0, np.maximum(places.beds // 5, 2), 0),
    }
    parts = []
    for name, count in owns.items():
        here = np.flatnonzero(count > 0)
        bought = (np.datetime64("2018-01-01") + rng.integers(0, 2500, len(here))).astype(str)
        late = np.where(rng.random(len(here)) < 0.05, "2025-08-15", bought)
        parts.append(pl.DataFrame({"fixmedins_code": places.code[here], "equip_type": name, "cnt": count[here], "begndate": late}))
    return pl.concat(parts)


def population(district: District) -> pl.DataFrame:
    """population: all who live here, some 4% more than are insured."""
    bands = np.array(["0-14", "15-39", "40-61", "62+"])
    count = (np.bincount(district.people.group, minlength=4) * 1.04).astype(np.int64)
    years = (2025, 2026)
    return pl.concat([pl.DataFrame({"admdvs": registers.ADMDVS, "year": year, "age_band": bands, "cnt": count}) for year in years])


def persons(district: District) -> pl.DataFrame:
    """person_registry: deaths of the period (a few not yet entered), journeys abroad, relief."""
    rng, folk = stream(district.seed, "registry"), district.people
    dead = district.mortal[rng.random(len(district.mortal)) >= 0.03]
    poor = np.flatnonzero((folk.insutype == "390") & (mix(folk.family, 19) % 100 < 3))
    gone = district.travellers[folk.gone[district.travellers] * DAY < district.until]
    parts = (
        (dead, "death", folk.died[dead], folk.died[dead], "民政"),
        (gone, "exit", folk.gone[gone], folk.back[gone], "出入境"),
        (poor, "aid", np.full(len(poor), seconds(START) // DAY - 181), np.full(len(poor), seconds(START) // DAY + 548), "民政"),
    )
    return pl.concat(
        [
            pl.DataFrame(
                {
                    "certno": folk.certno[who],
                    "kind": kind,
                    "begndate": first.astype("datetime64[D]").astype(str),
                    "enddate": np.where(last * DAY < district.until, last.astype("datetime64[D]").astype(str), ""),
                    "source": source,
                }
            )
            for who, kind, first, last, source in parts
            if len(who)
        ]
    )


def calendar(district: District) -> pl.DataFrame:
    """calendar: holidays, nights of maintenance, and a day on which the line to the bureau was down."""
    rng = stream(district.seed, "calendar")
    first = np.datetime64("2025-07-01")
    night, down = (first + rng.integers(0, 170, n) for n in (4, 2))
    parts: list[tuple[str | None, ...]] = [(a, b, "holiday", None, None) for a, b in _HOLIDAYS]
    parts += [(str(day), str(day), "maintenance", f"{day} 01:00:00", f"{day} 04:30:00") for day in night]
    parts += [(str(day), str(day), "offline", None, None) for day in down]
    return pl.DataFrame(parts, schema=["date_from", "date_to", "kind", "window_from", "window_to"], orient="row")


def all_of(district: District) -> dict[str, pl.DataFrame]:
    """Contract table -> rows."""
    tables = {
        "payroll": payroll(district),
        "equipment": equipment(district),
        "population": population(district),
        "person_registry": persons(district),
        "calendar": calendar(district),
    }
    return {table: frame.sort(frame.columns) for table, frame in tables.items()}
