-- One row: a card swiped again and again at one shop within an errand, on several days or by several persons there.
WITH swipe AS (
  SELECT setl_id, psn_no, fixmedins_code, setl_time, fee_fen, CAST(setl_time AS DATE) AS day,
         ROW_NUMBER() OVER (PARTITION BY psn_no, fixmedins_code, CAST(setl_time AS DATE) ORDER BY setl_time, setl_id) AS nth,
         COUNT(*) OVER (PARTITION BY psn_no, fixmedins_code, CAST(setl_time AS DATE)) AS swipes,
         MIN(setl_time) OVER (PARTITION BY psn_no, fixmedins_code, CAST(setl_time AS DATE)) AS first_at
  FROM till_run
  WHERE COALESCE(mulaid_fen, 0) = 0                        -- a family account serves the whole family at once
),
late AS (
  SELECT * FROM swipe
  WHERE swipes >= $min_swipes AND nth > 1
    AND CAST(FLOOR(epoch(setl_time)) AS BIGINT) - CAST(FLOOR(epoch(first_at)) AS BIGINT) <= $window_hours * 3600
),
errand AS (
  SELECT psn_no, fixmedins_code, day
  FROM late
  GROUP BY psn_no, fixmedins_code, day
  HAVING COUNT(*) >= $min_swipes - 1
),
habit AS (
  SELECT fixmedins_code, COUNT(*) AS errands, COUNT(DISTINCT psn_no) AS persons
  FROM errand
  GROUP BY fixmedins_code
),
rate AS (
  SELECT v.fixmedins_code, v.visits, CAST(COALESCE(e.errands, 0) AS DOUBLE) / CAST(v.visits AS DOUBLE) AS rate
  FROM (SELECT fixmedins_code, COUNT(*) AS visits FROM swipe GROUP BY fixmedins_code) v
  LEFT JOIN (SELECT fixmedins_code, COUNT(*) AS errands FROM errand GROUP BY fixmedins_code) e ON e.fixmedins_code = v.fixmedins_code
)
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(setl_id := l.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       MAX(h.errands) AS errands,
       MAX(h.persons) AS persons
FROM late l
SEMI JOIN errand e ON e.psn_no = l.psn_no AND e.fixmedins_code = l.fixmedins_code AND e.day = l.day
JOIN habit h ON h.fixmedins_code = l.fixmedins_code
JOIN rate r ON r.fixmedins_code = l.fixmedins_code
CROSS JOIN (SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate) u
GROUP BY l.fixmedins_code
HAVING MAX(h.errands) >= $min_errands + MAX(r.visits * (u.usual_rate + $slack)) * $times
                         + $z * SQRT(MAX(r.visits * (u.usual_rate + $slack)) * $times)
ORDER BY l.fixmedins_code
