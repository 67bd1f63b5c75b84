"""Clues: tips and orders from above. A clue alone cites no row and makes no lead; it is one more source of the leads that it points at.

It points at the leads about its subject, and at those that cite its settlement. It changes no probability: nobody knows yet how often
a tip is right here. What the informant wrote is not read by this module, so no lead, list, export or ledger entry can show it.
"""

from __future__ import annotations

import duckdb
import polars as pl

from app.leads.folder import find_run
from graph import book
from graph.book import ask
from graph.home import Home


def clue_sources(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """`lead_id, clue`: the JSON sources that clues add to each lead; needs `lead_finding` and `lead_evidence`."""
    return ask(connection, _BOUND)


def listed(home: Home) -> pl.DataFrame:
    """Every clue of the book with the leads of the current run that it points at: none means that no rule saw anything there."""
    leads = find_run(home) / "leads.parquet"
    with book.connect(home, memory="512MB") as connection:
        return ask(connection, _LISTED.format(leads=leads))


_BOUND = """
WITH told AS (
  SELECT clue_id, subject_id, setl_id,
         CASE WHEN subject_type IN ('hospital', 'clinic', 'pharmacy') THEN 'institution' ELSE subject_type END AS subject_type
  FROM clue
), bound AS (
  SELECT l.lead_id, t.clue_id FROM lead_finding AS l JOIN told AS t USING (subject_type, subject_id)
  UNION SELECT e.lead_id, t.clue_id FROM lead_evidence AS e JOIN told AS t USING (setl_id)
)
SELECT lead_id, list(to_json(struct_pack(kind := 'clue', id := clue_id, version := NULL, score := NULL))::VARCHAR ORDER BY clue_id) AS clue
FROM bound GROUP BY lead_id
"""

_LISTED = """
WITH named AS (
  SELECT lead_id, UNNEST(from_json(sources, '[{{"kind":"VARCHAR","id":"VARCHAR"}}]')) AS s
  FROM read_parquet('{leads}') WHERE state <> 'gone'
)
SELECT c.clue_id, c.source, c.received_at, c.subject_type, c.subject_id, c.setl_id,
       coalesce(list(n.lead_id ORDER BY n.lead_id) FILTER (WHERE n.lead_id IS NOT NULL), []) AS leads
FROM clue AS c LEFT JOIN named AS n ON n.s.kind = 'clue' AND n.s.id = c.clue_id
GROUP BY ALL ORDER BY c.received_at, c.clue_id
"""
