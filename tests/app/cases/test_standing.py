"""Where a lead stands: the case book beside the run."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest

from app.cases.decisions import SCHEMA
from app.cases.standing import with_standing

RUN, TODAY = datetime(2026, 3, 1), date(2026, 3, 10)
BEFORE, AFTER = datetime(2026, 2, 1), datetime(2026, 3, 5)


def stands(
    said: str | None = None, *, at: datetime = AFTER, until: date | None = None, cleared: datetime | None = None, closed: bool = False
):
    """The one lead of a run, after somebody `said` something about it."""
    schema: dict[str, Any] = {"lead_id": pl.String, "closed": pl.Boolean, "cleared_at": pl.Datetime("us")}
    leads = pl.DataFrame([("L", closed, cleared)], schema=schema, orient="row")
    row = {"lead_id": "L", "n": 2, "state": said, "assignee": "ann", "until": until, "at": at}
    return with_standing(leads, pl.DataFrame([row] if said else [], schema=SCHEMA), run_started=RUN, today=TODAY).row(0, named=True)


def test_untouched_it_is_open_and_nobodys() -> None:
    lead = stands()

    assert (lead["standing"], lead["assignee"], lead["decided"], lead["until"]) == ("open", "", 0, None)


@pytest.mark.parametrize(("until", "standing"), [(date(2026, 3, 11), "snoozed"), (TODAY, "open"), (date(2026, 3, 1), "open")])
def test_a_snoozed_lead_wakes_on_its_day(until: date, standing: str) -> None:
    assert stands("snoozed", until=until)["standing"] == standing


def test_a_dismissed_lead_comes_back_when_a_later_run_found_really_more() -> None:
    assert stands("dismissed", at=AFTER)["standing"] == "dismissed"
    assert stands("dismissed", at=BEFORE, closed=True, cleared=BEFORE)["standing"] == "dismissed"
    assert stands("dismissed", at=BEFORE, cleared=BEFORE)["standing"] == "open"


def test_a_lead_that_an_earlier_outcome_closed_waits_for_somebody_to_decide_otherwise() -> None:
    assert stands(closed=True, cleared=BEFORE)["standing"] == "dismissed"
    assert stands("open", at=AFTER, closed=True, cleared=BEFORE)["standing"] == "open"
    assert stands("open", at=datetime(2026, 1, 1), closed=True, cleared=BEFORE)["standing"] == "dismissed"
