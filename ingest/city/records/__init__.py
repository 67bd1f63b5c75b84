"""What do the institutions write about their patients? Orders, notes, reports, charts, sessions and stores, from what was really billed.

Written when all deeds have changed visits and lines, so that a crime gets the paper that its staff would write; in `after` it bends it.
"""

from __future__ import annotations

import numpy as np

from ingest.city.chance import stream
from ingest.city.district import District
from ingest.city.period import Month
from ingest.city.records import bedside, notes, orders, reports, store, therapy
from ingest.city.rows import Draft


def write(draft: Draft, district: District, month: Month) -> None:
    """All records of the month's visits that reach the bureau."""

    def rng(name: str) -> np.random.Generator:
        return stream(district.seed, name, month.number)

    orders.write(draft, district, rng("orders"))
    reports.exams(draft, district, rng("exams"))
    reports.tests(draft, district, rng("tests"))
    bedside.charts(draft, district, rng("charts"))
    bedside.implants(draft, district, rng("implants"))
    therapy.sessions(draft, district, month, rng("therapy"))
    notes.write(draft, district, rng("notes"))
    store.month_of(draft, district, month, rng("store"))
