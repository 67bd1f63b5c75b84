"""A deed belongs to the first pattern of its family whose definition it meets (patterns.toml, head).

The cards of a collector on tour also look like one card in many shops; a box that came back from another institution also looks like a
code used twice at this one. What the earlier pattern cites is taken off the later one, so that one deed is alleged once, by its name.
"""

from __future__ import annotations

import duckdb
import polars as pl

from kg.patterns import PATTERNS

BY_ROW = ("unreal", "charge", "need")
"""Families whose patterns are about what stands on the bill: one visit may hold a line charged twice and another that was swapped, so only
the same row is the same deed. Elsewhere the visit or the box is."""
KEPT = 1 / 3
"""Share of a finding's rows that must remain its own; below it the finding rests on another deed and supports no lead. The same third
that makes a lead right (data-contract 2.4)."""


def take_off_earlier(connection: duckdb.DuckDBPyConnection) -> int:
    """Write `live_evidence`, the rows of `evidence` without those that an earlier pattern of the family alleges, and take the findings
    that lose most of theirs out of `live_finding`; returns how many went.

    Whether two rows show one deed is decided by their units of evidence (data-contract 2.4), the visit or the box; in BY_ROW by the row.
    """
    order = [(pattern.key, pattern.family, place) for place, pattern in enumerate(PATTERNS.values())]
    connection.register("pattern_order", pl.DataFrame(order, schema=["pattern", "family", "place"], orient="row"))
    connection.register("by_row", pl.DataFrame({"family": BY_ROW}))
    connection.execute(_TAKEN)
    connection.execute(_OTHER_DEED, {"kept": KEPT})
    [(gone,)] = connection.execute("SELECT COUNT(*) FROM other_deed").fetchall()
    connection.execute("DELETE FROM live_finding WHERE finding_id IN (SELECT finding_id FROM other_deed)")
    connection.unregister("pattern_order")
    connection.unregister("by_row")
    return int(gone)


_TAKEN = """
CREATE OR REPLACE TEMP TABLE contested AS      -- findings of families in which this run alleges more than one pattern
SELECT f.finding_id, o.family, o.place
FROM live_finding AS f JOIN pattern_order AS o ON o.pattern = f.pattern
WHERE o.family IN (SELECT family FROM live_finding JOIN pattern_order USING (pattern) GROUP BY family HAVING COUNT(DISTINCT place) > 1);

CREATE OR REPLACE TEMP TABLE cited_unit AS
SELECT e.n, e.finding_id, c.family, c.place,
       hash(UNNEST(CASE WHEN r.family IS NULL THEN e.units ELSE [e.source_table || e.key] END)) AS unit
FROM evidence AS e JOIN contested AS c ON c.finding_id = e.finding_id LEFT JOIN by_row AS r ON r.family = c.family;

CREATE OR REPLACE TEMP TABLE taken_row AS
WITH first AS (SELECT family, unit, MIN(place) AS place FROM cited_unit GROUP BY family, unit)
SELECT DISTINCT c.n, c.finding_id FROM cited_unit AS c JOIN first AS f ON f.family = c.family AND f.unit = c.unit WHERE f.place < c.place;

CREATE OR REPLACE TEMP VIEW live_evidence AS SELECT * FROM evidence ANTI JOIN taken_row USING (n);
"""

_OTHER_DEED = """
CREATE OR REPLACE TEMP TABLE other_deed AS
SELECT t.finding_id
FROM (SELECT finding_id, COUNT(*) AS rows FROM taken_row GROUP BY finding_id) AS t
JOIN (SELECT finding_id, COUNT(*) AS rows FROM evidence GROUP BY finding_id) AS e ON e.finding_id = t.finding_id
WHERE e.rows - t.rows < e.rows * $kept;
"""
