-- One row: a line, and what later lines took back from it (cnt and amounts below zero).
-- kept: every line is tested against it
WITH refund AS (
  SELECT mdtrt_id, bkkp_sn, init_feedetl_sn, med_list_codg, pric, cnt, det_item_fee_sumamt, inscp_amt
  FROM fee_list_d
  WHERE vali_flag = '1' AND cnt < 0
),
unnamed AS (
  SELECT mdtrt_id, med_list_codg, pric, SUM(-cnt) AS taken
  FROM refund
  WHERE init_feedetl_sn IS NULL
  GROUP BY mdtrt_id, med_list_codg, pric
),
candidate AS (
  -- last in, first out: what is returned is taken from the latest equal line back
  SELECT f.mdtrt_id, f.bkkp_sn, f.cnt, f.det_item_fee_sumamt, f.inscp_amt, u.taken,
         SUM(f.cnt) OVER (PARTITION BY f.mdtrt_id, f.med_list_codg, f.pric ORDER BY f.fee_ocur_time DESC, f.bkkp_sn DESC
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - f.cnt AS later
  FROM fee_list_d f
  JOIN unnamed u ON u.mdtrt_id = f.mdtrt_id AND u.med_list_codg = f.med_list_codg AND u.pric = f.pric
  WHERE f.vali_flag = '1' AND f.cnt > 0
),
share AS (
  SELECT mdtrt_id, bkkp_sn, det_item_fee_sumamt, inscp_amt,
         LEAST(cnt, taken - later) AS taken_here,
         CAST(LEAST(cnt, taken - later) AS DOUBLE) / CAST(cnt AS DOUBLE) AS part
  FROM candidate
  WHERE taken > later
)
SELECT mdtrt_id, bkkp_sn, SUM(cnt) AS cnt, CAST(SUM(fee_fen) AS BIGINT) AS fee_fen, CAST(SUM(inscp_fen) AS BIGINT) AS inscp_fen
FROM (
  SELECT mdtrt_id, init_feedetl_sn AS bkkp_sn, cnt, det_item_fee_sumamt AS fee_fen, inscp_amt AS inscp_fen
  FROM refund
  WHERE init_feedetl_sn IS NOT NULL
  UNION ALL
  SELECT mdtrt_id, bkkp_sn, -taken_here AS cnt,
         -CAST(ROUND(det_item_fee_sumamt * part, 0) AS BIGINT) AS fee_fen,
         -CAST(ROUND(inscp_amt * part, 0) AS BIGINT) AS inscp_fen
  FROM share
) AS taken_back
GROUP BY mdtrt_id, bkkp_sn
