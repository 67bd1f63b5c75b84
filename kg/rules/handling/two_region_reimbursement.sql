-- One row: a patient whose one bill was paid by two pooling areas; the smaller payment is cited.
WITH pair AS (
  SELECT a.identity, CASE WHEN b.fund_fen < a.fund_fen OR (b.fund_fen = a.fund_fen AND b.setl_time > a.setl_time) THEN b.setl_id ELSE a.setl_id END AS setl_id,
         CASE WHEN b.fund_fen < a.fund_fen OR (b.fund_fen = a.fund_fen AND b.setl_time > a.setl_time) THEN b.psn_no ELSE a.psn_no END AS psn_no,
         a.insured_in AS one_area, b.insured_in AS other_area, LEAST(a.fund_fen, b.fund_fen) AS fund_fen
  FROM desk_bill a
  JOIN desk_bill b ON b.identity = a.identity AND b.fixmedins_code = a.fixmedins_code AND b.insured_in > a.insured_in
                  AND b.begndate <= a.enddate AND a.begndate <= b.enddate
  -- of two visits on one day only equal bills are one bill; of one stay, from the same to the same day, each area may have cut its part
  WHERE (a.fee_fen = b.fee_fen
         OR (a.enddate > a.begndate AND b.enddate > b.begndate
             AND ABS(a.fee_fen - b.fee_fen) <= GREATEST(a.fee_fen, b.fee_fen)
                 * CASE WHEN a.begndate = b.begndate AND a.enddate = b.enddate THEN $cut_share ELSE $amount_tolerance END))
    AND (a.invono IS NULL OR b.invono IS NULL OR a.invono = b.invono OR (a.enddate > a.begndate AND b.enddate > b.begndate))
    AND LEAST(a.fee_fen, b.fee_fen) >= $min_fen
    AND a.fund_fen > 0 AND b.fund_fen > 0
)
SELECT 'patient' AS subject_type,
       psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       COUNT(DISTINCT setl_id) AS bills,
       CAST(SUM(fund_fen) AS BIGINT) AS fund_fen,
       MIN(one_area) AS one_area,
       MAX(other_area) AS other_area
FROM pair
GROUP BY psn_no
ORDER BY psn_no
