-- One row: a settlement at a shop's till, and the run it belongs to: settlements that follow each other without a pause.
-- kept: four card rules read it
WITH gap AS (
  SELECT setl_id, mdtrt_id, psn_no, fixmedins_code, setl_time, opter_id, fee_fen, paid_fen, balance_fen, cash_fen, mulaid_fen,
         COALESCE(opter_id, '') AS till,
         CAST(FLOOR(epoch(setl_time)) AS BIGINT)
           - LAG(CAST(FLOOR(epoch(setl_time)) AS BIGINT)) OVER (PARTITION BY fixmedins_code, COALESCE(opter_id, '') ORDER BY setl_time, setl_id) AS pause
  FROM net_settlement
  WHERE at_shop AND setl_time IS NOT NULL AND setl_time <> CAST(CAST(setl_time AS DATE) AS TIMESTAMP)
)
SELECT g.*, h.household, h.addr_h,
       SUM(CASE WHEN g.pause <= 120 THEN 0 ELSE 1 END)
         OVER (PARTITION BY g.fixmedins_code, g.till ORDER BY g.setl_time, g.setl_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run_no
FROM gap g
LEFT JOIN household h ON h.psn_no = g.psn_no
