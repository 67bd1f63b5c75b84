-- One row: a shop at which accounts are emptied in one swipe far more often than at other shops.
WITH swipe AS (
  SELECT s.setl_id, s.psn_no, s.fixmedins_code, s.setl_time, s.acct_fen,
         s.balance_fen <= $left_fen AND COALESCE(s.cash_fen, 0) = 0 AS emptied
  FROM net_settlement s
  WHERE s.at_shop AND s.acct_fen >= $min_fen AND s.balance_fen IS NOT NULL
),
shop AS (
  SELECT fixmedins_code, COUNT(*) AS swipes, COUNT_IF(emptied) AS emptied, COUNT(DISTINCT psn_no) FILTER (WHERE emptied) AS persons,
         CAST(COUNT_IF(emptied) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS share
  FROM swipe
  GROUP BY fixmedins_code
),
usual AS (
  SELECT MEDIAN(share) AS share FROM shop WHERE swipes >= $min_swipes
),
spread AS (
  SELECT 1.4826 * MEDIAN(ABS(s.share - u.share)) AS deviation FROM shop s CROSS JOIN usual u WHERE s.swipes >= $min_swipes
),
hit AS (
  SELECT s.*, u.share AS usual_share
  FROM shop s
  CROSS JOIN usual u
  CROSS JOIN spread d
  WHERE s.swipes >= $min_swipes AND s.persons >= $min_persons
    -- beyond its peers, and beyond what chance gives a shop of this size at the peers' rate
    AND s.share - u.share > $robust_z * d.deviation
    AND s.emptied > s.swipes * u.share + $robust_z * SQRT(s.swipes * u.share * (1 - u.share)) + $min_persons
)
SELECT 'institution' AS subject_type,
       w.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(setl_id := w.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       MAX(h.share) AS share,
       MAX(h.usual_share) AS usual_share,
       MAX(h.persons) AS persons
FROM swipe w
JOIN hit h ON h.fixmedins_code = w.fixmedins_code
WHERE w.emptied
GROUP BY w.fixmedins_code
ORDER BY w.fixmedins_code
