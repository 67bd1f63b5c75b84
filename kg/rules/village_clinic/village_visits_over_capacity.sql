-- One row: a village clinic with more persons on a day than its doctors can see, on several days of a month.
WITH staff AS (
  SELECT m.fixmedins_code, COUNT(DISTINCT m.stff_code) AS doctors
  FROM medstff_b m
  JOIN institution i ON i.fixmedins_code = m.fixmedins_code AND i.medins_kind = 'village_clinic'
  WHERE m.stff_type = '1'
  GROUP BY m.fixmedins_code
),
visit AS (
  SELECT n.setl_id, n.psn_no, n.fixmedins_code, n.paid_fen, CAST(n.setl_time AS DATE) AS day, s.doctors
  FROM net_settlement n
  JOIN staff s ON s.fixmedins_code = n.fixmedins_code
  WHERE n.setl_time IS NOT NULL
),
full_day AS (
  SELECT fixmedins_code, day, EXTRACT(year FROM day) * 12 + EXTRACT(month FROM day) AS month_no, COUNT(DISTINCT psn_no) AS persons, MAX(doctors) AS doctors
  FROM visit
  GROUP BY fixmedins_code, day
  HAVING COUNT(DISTINCT psn_no) > $max_visits * MAX(doctors)
),
over AS (
  SELECT d.*
  FROM full_day d
  SEMI JOIN (SELECT fixmedins_code, month_no FROM full_day GROUP BY fixmedins_code, month_no HAVING COUNT(*) >= $min_days) m
    ON m.fixmedins_code = d.fixmedins_code AND m.month_no = d.month_no
)
SELECT 'institution' AS subject_type,
       v.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(setl_id := v.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       -- the share of the day beyond what its doctors can see
       SUM(CAST(v.paid_fen AS DOUBLE) * (1 - CAST($max_visits * o.doctors AS DOUBLE) / CAST(o.persons AS DOUBLE))) AS estimate_fen,
       COUNT(DISTINCT o.day) AS days,
       MAX(o.persons) AS most_persons,
       MAX(o.doctors) AS doctors
FROM over o
JOIN visit v ON v.fixmedins_code = o.fixmedins_code AND v.day = o.day
GROUP BY v.fixmedins_code
ORDER BY v.fixmedins_code
