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
CREATE OR REPLACE TEMP TABLE claim AS
SELECT l.lead_id, MIN(l.n) AS n, MAX(e.amount_fen) AS claimed_fen, LIST_SORT(LIST_DISTINCT(LIST(l.rule_id))) AS rule_ids
FROM lead_row AS l JOIN evidence AS e ON e.n = l.n GROUP BY l.lead_id, e.source_table, e.key;

CREATE OR REPLACE TEMP TABLE lead_evidence AS
WITH ranked AS (   -- the bill's lines carry the money of a visit, else its settlement, else what other row names an amount
  SELECT c.lead_id, c.claimed_fen, c.rule_ids, e.*, CASE e.source_table WHEN 'fee_list_d' THEN 1 WHEN 'setl_d' THEN 2 ELSE 3 END AS carrier
  FROM claim AS c JOIN evidence AS e ON e.n = c.n
), best AS (
  SELECT lead_id, mdtrt_id, MIN(carrier) AS carrier FROM ranked WHERE claimed_fen > 0 AND mdtrt_id IS NOT NULL GROUP BY lead_id, mdtrt_id
)
SELECT r.* EXCLUDE (n, finding_id, amount_fen, claimed_fen, carrier),
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
