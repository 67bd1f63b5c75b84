"""What a lead may ask back: a line once over all rules, and never the same money through two tables.

amount_fen = in-scope amounts of the distinct cited rows. paid_fen = the same, capped per settlement by what fund and accounts paid.
Estimates (capacity, balances, statistics) stand beside it and are never added.
"""

from __future__ import annotations

import duckdb


def count_money(connection: duckdb.DuckDBPyConnection) -> None:
    """Write `lead_evidence` (distinct rows of each lead; its `amount_fen` adds up to the lead's) and `lead_money` from `lead_row`."""
    connection.execute(_EVIDENCE)
    connection.execute(_MONEY)


# several rules may claim one line: it counts once, with the largest claim
_EVIDENCE = """
CREATE OR REPLACE TEMP TABLE lead_evidence AS
WITH distinct_row AS (
  SELECT lead_id, source_table, key, MAX(amount_fen) AS claimed_fen, ANY_VALUE(units) AS units, ANY_VALUE(psn_no) AS psn_no,
         ANY_VALUE(fixmedins_code) AS fixmedins_code, ANY_VALUE(stff_code) AS stff_code, ANY_VALUE(emp_no) AS emp_no,
         ANY_VALUE(opter_id) AS opter_id, ANY_VALUE(mdtrt_id) AS mdtrt_id, ANY_VALUE(setl_id) AS setl_id, ANY_VALUE(bkkp_sn) AS bkkp_sn,
         ANY_VALUE(day) AS day, ANY_VALUE(month) AS month, ANY_VALUE(paid_cap) AS paid_cap,
         LIST_SORT(ARRAY_AGG(DISTINCT rule_id)) AS rule_ids
  FROM lead_row GROUP BY lead_id, source_table, key
), ranked AS (     -- the bill's lines carry the money of a visit, else its settlement, else what other row names an amount
  SELECT *, CASE source_table WHEN 'fee_list_d' THEN 1 WHEN 'setl_d' THEN 2 ELSE 3 END AS carrier FROM distinct_row
), best AS (
  SELECT lead_id, mdtrt_id, MIN(carrier) AS carrier FROM ranked WHERE claimed_fen > 0 AND mdtrt_id IS NOT NULL GROUP BY lead_id, mdtrt_id
)
SELECT r.* EXCLUDE (claimed_fen, carrier),
       CASE WHEN r.carrier > b.carrier THEN 0 ELSE r.claimed_fen END AS amount_fen
FROM ranked AS r LEFT JOIN best AS b ON b.lead_id = r.lead_id AND b.mdtrt_id = r.mdtrt_id;
"""

_MONEY = """
CREATE OR REPLACE TEMP TABLE lead_money AS
WITH settled AS (
  SELECT lead_id, setl_id, SUM(amount_fen) AS fen, MAX(paid_cap) AS cap
  FROM lead_evidence WHERE setl_id IS NOT NULL GROUP BY lead_id, setl_id
), paid AS (       -- a settlement whose payment is not known caps nothing and adds nothing
  SELECT lead_id, CAST(SUM(LEAST(fen, cap)) AS BIGINT) AS paid_fen FROM settled WHERE cap IS NOT NULL GROUP BY lead_id
), claimed AS (
  SELECT lead_id, CAST(coalesce(SUM(amount_fen), 0) AS BIGINT) AS amount_fen FROM lead_evidence GROUP BY lead_id
), estimated AS (  -- two rules estimate one loss in two ways: the larger stands, they are not added either
  SELECT lead_id, MAX(fen) AS estimate_fen
  FROM (SELECT l.lead_id, f.rule_id, CAST(SUM(f.estimate_fen) AS BIGINT) AS fen
        FROM lead_finding AS l JOIN live_finding AS f USING (finding_id) WHERE f.estimate_fen IS NOT NULL GROUP BY l.lead_id, f.rule_id)
  GROUP BY lead_id
)
SELECT lead_id, amount_fen, paid_fen, estimate_fen FROM claimed LEFT JOIN paid USING (lead_id) LEFT JOIN estimated USING (lead_id);
"""
