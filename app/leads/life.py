"""The life of a lead over runs: new, unchanged, grown, shrunk, gone; closed when a person cleared or dismissed it, until there is more.

Compares `lead_evidence` of this run with the run before. Cleared rows are those of the previous run (of this one, if there is none) up to
the day of the decision; they stay marked, so that the same rows never accuse twice.
"""

from __future__ import annotations

import duckdb

REOPEN = 0.2
"""A cleared lead opens again when the rows outside the cleared ones reach this share of them (data-contract 2.1)."""


def compare(connection: duckdb.DuckDBPyConnection, *, today: str) -> None:
    """Write `lead_life` and mark `lead_evidence.cleared`; needs `before_lead` and `before_evidence`, empty in a first run, and `dismissal`,
    the leads that people have dismissed in the case book.
    """
    connection.execute(_VERDICT)
    connection.execute(_CLEARED)
    connection.execute(_LIFE, {"today": today, "reopen": REOPEN})


def carry_gone(connection: duckdb.DuckDBPyConnection) -> None:
    """Write `gone_lead`: leads of the run before that this one no longer supports. They keep their last evidence."""
    connection.execute("CREATE OR REPLACE TEMP TABLE gone_lead AS SELECT * FROM before_lead ANTI JOIN lead_money USING (lead_id)")
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE gone_evidence AS SELECT e.* FROM before_evidence AS e SEMI JOIN gone_lead USING (lead_id)
    """)


# the last decision about a subject counts; one that names no pattern counts for all of them. `set_aside`: dismissed for a reason that
# clears nobody, which closes the lead as well
_VERDICT = """
CREATE OR REPLACE TEMP TABLE verdict AS
WITH subject AS (SELECT DISTINCT lead_id, pattern, subject_type, subject_id FROM lead_finding),
said AS (
  SELECT s.lead_id, o.result, o.decided_at, o.outcome_id
  FROM subject AS s
  JOIN case_outcome AS o
    ON o.subject_id = s.subject_id AND coalesce(o.pattern, s.pattern) = s.pattern
   AND CASE WHEN o.subject_type IN ('hospital', 'clinic', 'pharmacy') THEN 'institution' ELSE o.subject_type END = s.subject_type
  UNION ALL SELECT lead_id, result, decided_at, '' FROM dismissal SEMI JOIN subject USING (lead_id)
)
SELECT lead_id, ARG_MAX(result, (decided_at, outcome_id)) AS result, MAX(decided_at) AS decided_at FROM said GROUP BY lead_id;
"""

_CLEARED = """
CREATE OR REPLACE TEMP TABLE cleared_row AS
WITH cleared AS (SELECT * FROM verdict WHERE result IN ('cleared', 'set_aside')),
known AS (       -- the run before has already marked this decision's rows
  SELECT c.lead_id FROM cleared AS c JOIN before_lead AS b USING (lead_id) WHERE b.cleared_at = c.decided_at
), candidate AS (
  SELECT e.lead_id, e.source_table, e.key FROM before_evidence AS e SEMI JOIN known USING (lead_id) WHERE e.cleared
  UNION ALL      -- a new decision about a lead that was there: what the person could see
  SELECT e.lead_id, e.source_table, e.key FROM before_evidence AS e JOIN cleared AS c USING (lead_id) ANTI JOIN known USING (lead_id)
  WHERE coalesce(e.day <= CAST(c.decided_at AS DATE), true)
  UNION ALL      -- a decision older than any run of ours
  SELECT e.lead_id, e.source_table, e.key FROM lead_evidence AS e JOIN cleared AS c USING (lead_id) ANTI JOIN before_lead USING (lead_id)
  WHERE coalesce(e.day <= CAST(c.decided_at AS DATE), true)
)
SELECT DISTINCT lead_id, source_table, key FROM candidate;

ALTER TABLE lead_evidence ADD COLUMN cleared BOOLEAN DEFAULT false;
UPDATE lead_evidence AS e SET cleared = true FROM cleared_row AS c
WHERE c.lead_id = e.lead_id AND c.source_table = e.source_table AND c.key = e.key;
"""

_LIFE = """
CREATE OR REPLACE TEMP TABLE lead_life AS
WITH now_rows AS (
  SELECT lead_id, COUNT(*) AS rows, COUNT(*) FILTER (WHERE NOT cleared) AS outside FROM lead_evidence GROUP BY lead_id
), before_rows AS (SELECT lead_id, COUNT(*) AS rows FROM before_evidence GROUP BY lead_id),
kept AS (
  SELECT n.lead_id, COUNT(*) AS rows
  FROM lead_evidence AS n SEMI JOIN before_evidence AS b USING (lead_id, source_table, key) GROUP BY n.lead_id
), cleared AS (SELECT lead_id, COUNT(*) AS rows FROM cleared_row GROUP BY lead_id)
SELECT n.lead_id, NULLIF(v.result, 'set_aside') AS prior_verdict,
       CASE WHEN v.result IN ('cleared', 'set_aside') THEN v.decided_at END AS cleared_at,
       coalesce(v.result IN ('cleared', 'set_aside'), false) AND n.outside < GREATEST($reopen * coalesce(c.rows, 0), 1) AS closed,
       coalesce(p.first_seen, $today) AS first_seen,
       CASE WHEN p.lead_id IS NULL OR p.state = 'gone' THEN 'new'
            WHEN coalesce(k.rows, 0) = n.rows AND n.rows = b.rows THEN 'unchanged'
            WHEN n.rows >= coalesce(b.rows, 0) THEN 'grown'      -- as many rows, but other ones: there is something new to read
            ELSE 'shrunk' END AS state
FROM now_rows AS n
LEFT JOIN before_lead AS p ON p.lead_id = n.lead_id
LEFT JOIN before_rows AS b ON b.lead_id = n.lead_id
LEFT JOIN kept AS k ON k.lead_id = n.lead_id
LEFT JOIN cleared AS c ON c.lead_id = n.lead_id
LEFT JOIN verdict AS v ON v.lead_id = n.lead_id;
"""
