-- One row: a handler who took settlements back and paid the same care again by hand, for more.
WITH reversed AS (
  SELECT o.setl_id, o.psn_no, o.mdtrt_id, o.fixmedins_code, o.begndate, o.enddate, o.setl_time, o.medfee_sumamt AS fee_fen, o.fund_pay_sumamt AS fund_fen
  FROM setl_d o
  JOIN setl_d r ON r.init_setl_id = o.setl_id AND r.refd_setl_flag = '1' AND r.vali_flag = '1'
  WHERE o.vali_flag = '1' AND o.medfee_sumamt > 0
),
again AS (
  SELECT b.setl_id, b.psn_no, b.opter_id, b.fund_fen - o.fund_fen AS gain_fen
  FROM desk_bill b
  JOIN reversed o ON o.psn_no = b.psn_no AND o.fixmedins_code = b.fixmedins_code AND o.setl_id <> b.setl_id AND o.setl_time < b.setl_time
                 AND (o.mdtrt_id = b.mdtrt_id OR (o.begndate = b.begndate AND o.enddate = b.enddate))
  WHERE b.by_hand AND b.opter_id IS NOT NULL AND b.fee_fen <= o.fee_fen AND b.fund_fen > o.fund_fen * (1 + $gain)
),
handler AS (
  SELECT c.opter_id, c.claims, COALESCE(a.again, 0) AS again, CAST(COALESCE(a.again, 0) AS DOUBLE) / CAST(c.claims AS DOUBLE) AS rate
  FROM (SELECT opter_id, COUNT(*) AS claims FROM desk_bill WHERE by_hand AND opter_id IS NOT NULL GROUP BY opter_id) c
  LEFT JOIN (SELECT opter_id, COUNT(DISTINCT setl_id) AS again FROM again GROUP BY opter_id) a ON a.opter_id = c.opter_id
),
usual AS (
  SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM handler
)
SELECT 'handler' AS subject_type,
       a.opter_id AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := a.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       CAST(SUM(a.gain_fen) AS BIGINT) AS estimate_fen,
       COUNT(DISTINCT a.setl_id) AS settlements,
       COUNT(DISTINCT a.psn_no) AS persons,
       MAX(u.usual_rate) AS usual_rate
FROM again a
JOIN handler h ON h.opter_id = a.opter_id
CROSS JOIN usual u
GROUP BY a.opter_id
HAVING COUNT(DISTINCT a.setl_id) >= $min_cases + MAX(h.claims * u.usual_rate) * $times + $z * SQRT(MAX(h.claims * u.usual_rate) * $times)
ORDER BY a.opter_id
