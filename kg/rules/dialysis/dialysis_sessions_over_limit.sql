-- One row: a person billed for more sessions than a body is given: in a month, in a week, or twice a day.
WITH session AS (
  SELECT l.*, d.posted_daily,
         EXTRACT(year FROM l.day) * 12 + EXTRACT(month FROM l.day) AS month_no
  FROM dialysis_line l
  JOIN dialysis_day d ON d.psn_no = l.psn_no AND d.fixmedins_code = l.fixmedins_code AND d.day = l.day
  WHERE l.kind = 'session' AND NOT d.acute
),
counted AS (
  SELECT *,
         SUM(cnt) OVER (PARTITION BY psn_no, month_no ORDER BY fee_ocur_time, mdtrt_id, bkkp_sn ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS in_month,
         SUM(cnt) OVER (PARTITION BY psn_no ORDER BY day RANGE BETWEEN INTERVAL 6 DAY PRECEDING AND CURRENT ROW) AS in_week,
         SUM(cnt) OVER (PARTITION BY psn_no, day ORDER BY fee_ocur_time, mdtrt_id, bkkp_sn ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS in_day
  FROM session
),
over AS (
  SELECT *, in_month > $max_month AS by_month, posted_daily AND in_week > $max_week AS by_week, posted_daily AND in_day > 1 AS by_day
  FROM counted
)
SELECT 'settlement' AS subject_type,
       psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn,
           fen := CASE WHEN by_month AND in_month - cnt < $max_month AND cnt > 1
                       THEN CAST(ROUND(inscp_fen * CAST(in_month - $max_month AS DOUBLE) / CAST(cnt AS DOUBLE), 0) AS BIGINT)
                       ELSE inscp_fen END))) AS fee_list_d_rows,
       CAST(MAX(in_month) AS DOUBLE) AS most_in_a_month,
       CAST(MAX(in_week) FILTER (WHERE posted_daily) AS DOUBLE) AS most_in_seven_days,
       COUNT_IF(by_day) AS second_on_one_day
FROM over
WHERE by_month OR by_week OR by_day
GROUP BY psn_no
HAVING COUNT(*) >= $min_sessions
ORDER BY psn_no
