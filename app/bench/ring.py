"""A home whose largest lead names two hundred people: a city, and a later delivery of one camera's records.

The city plants no ring of that size, so the room's targets need one. It comes as everything comes: a delivery, the door, the rules.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from app.bench.intake import home_of
from app.bench.measure import cost_of
from graph.home import Home

CARDS = 200
"""Cards of as many households that one face passes for."""
SEASON = 60
"""Days before the city's last settlement in which the face is seen."""
LARGEST_CITY = 20_000
"""Persons: a page's wait hangs on the lead and the canvas, so a larger city would only take longer to build."""


def home_with_ring(folder: Path, persons: int, months: int) -> Home:
    """The home with its leads, made once."""
    size = min(persons, LARGEST_CITY)
    work = folder / "ring"
    home = Home(home_of(work, size, months))
    if not (home.runs / "CURRENT").exists():
        deliver(work / f"city-{size}x{months}-7" / "data", work / "camera")
        cost_of("book", home.root, work / "camera")
        cost_of("leads", home.root)
    return home


def deliver(city: Path, out: Path) -> None:
    """A delivery of face checks: one face before CARDS cards, each beside a purchase that the city holds, at its busiest pharmacies."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "delivery.toml").write_text("synthetic = true\n", encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute(_CHECKS.format(city=city, out=out / "face_check.csv", season=SEASON, cards=CARDS))


_CHECKS = """
COPY (
  WITH purchase AS (
    SELECT s.*, p.family_id, MAX(s.setl_time) OVER () AS last
    FROM read_csv('{city}/setl_d.csv', all_varchar = true, quote = '\"') AS s
    JOIN read_csv('{city}/psn_b.csv', all_varchar = true, quote = '\"') AS p USING (psn_no)
    JOIN read_csv('{city}/fixmedins_b.csv', all_varchar = true, quote = '\"') AS f USING (fixmedins_code)
    WHERE f.medins_kind = 'pharmacy' AND try_cast(s.setl_time AS TIMESTAMP) IS NOT NULL AND s.refd_setl_flag = '0'
  ), recent AS (
    SELECT *, COUNT(*) OVER (PARTITION BY fixmedins_code) AS busy
    FROM purchase WHERE CAST(setl_time AS TIMESTAMP) >= CAST(last AS TIMESTAMP) - to_days({season})
  )
  SELECT 'RING' || setl_id AS check_id, psn_no, fixmedins_code, setl_time AS check_time, 'pharmacy' AS check_kind, mdtrt_id,
         'RING-01' AS device_id, 'pass' AS result, '0.84' AS sim_score, 'pass' AS live_result, 'RINGFACE' AS template_id
  FROM recent QUALIFY ROW_NUMBER() OVER (PARTITION BY family_id ORDER BY busy DESC, setl_id) = 1
  ORDER BY busy DESC, setl_id LIMIT {cards}
) TO '{out}' (FORMAT csv, HEADER)
"""
