-- One row: a doctor with more visits and services on a day than a day has hours, on several days of a month.
WITH full_day AS (
  SELECT doctor, day, EXTRACT(year FROM day) * 12 + EXTRACT(month FROM day) AS month_no, COUNT(DISTINCT mdtrt_id) AS visits,
         COUNT(DISTINCT mdtrt_id) * $visit_minutes + SUM(minutes) AS minutes
  FROM consultation
  GROUP BY doctor, day
  HAVING COUNT(DISTINCT mdtrt_id) * $visit_minutes + SUM(minutes) > $day_minutes OR COUNT(DISTINCT mdtrt_id) > $max_visits
),
over AS (
  SELECT d.*, LEAST(CAST($day_minutes AS DOUBLE) / d.minutes, CAST($max_visits AS DOUBLE) / CAST(d.visits AS DOUBLE)) AS share_possible
  FROM full_day d
  SEMI JOIN (SELECT doctor, month_no FROM full_day GROUP BY doctor, month_no HAVING COUNT(*) >= $min_days) m
    ON m.doctor = d.doctor AND m.month_no = d.month_no
)
SELECT 'doctor' AS subject_type,
       c.doctor AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := c.mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       -- which of the visits were not held nobody can say: the share beyond the day
       SUM(CAST(c.inscp_fen AS DOUBLE) * (1 - o.share_possible)) AS estimate_fen,
       COUNT(DISTINCT o.day) AS days,
       MAX(o.visits) AS most_visits,
       MAX(o.minutes) AS most_minutes
FROM over o
JOIN consultation c ON c.doctor = o.doctor AND c.day = o.day
GROUP BY c.doctor
ORDER BY c.doctor
