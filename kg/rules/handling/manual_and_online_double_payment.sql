-- One row: a patient with claims over the desk for care that had been settled on the spot.
WITH pair AS (
  SELECT m.setl_id, m.psn_no, m.fund_fen, m.opter_id, o.setl_id AS on_the_spot
  FROM desk_bill m
  JOIN desk_bill o ON o.identity = m.identity AND o.fixmedins_code = m.fixmedins_code AND o.online
  WHERE m.by_hand AND m.fund_fen > 0 AND o.fund_fen > 0
    AND COALESCE(m.init_setl_id, '') <> o.setl_id AND COALESCE(o.init_setl_id, '') <> m.setl_id
    AND (m.mdtrt_id <> o.mdtrt_id OR COALESCE(m.insutype, '') = COALESCE(o.insutype, ''))
    AND ABS(m.fee_fen - o.fee_fen) <= GREATEST(m.fee_fen, o.fee_fen) * $amount_tolerance
    AND (
      -- nobody lies twice in one hospital: days written wrongly are forgiven
      (m.enddate > m.begndate AND o.enddate > o.begndate
       AND ABS(date_diff('day', CAST(m.begndate AS DATE), CAST(o.begndate AS DATE))) <= $window_days
       AND ABS(date_diff('day', CAST(m.enddate AS DATE), CAST(o.enddate AS DATE))) <= $window_days)
      -- of visits without a night the day, the total and the invoice must be one
      OR (m.begndate = o.begndate AND m.enddate = o.enddate AND m.fee_fen = o.fee_fen AND m.fee_fen >= $min_fen
          AND (m.invono IS NULL OR o.invono IS NULL OR m.invono = o.invono))
    )
)
SELECT 'patient' AS subject_type,
       psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       COUNT(DISTINCT setl_id) AS claims,
       CAST(MAX(fund_fen) AS BIGINT) AS largest_fund_fen,
       MIN(on_the_spot) AS settled_as,
       MIN(opter_id) AS handler
FROM pair
GROUP BY psn_no
ORDER BY psn_no
