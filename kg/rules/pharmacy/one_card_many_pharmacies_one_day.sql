-- One row: a card that bought the same drug at several shops on one day, and on more than one day.
WITH visit AS (
  SELECT psn_no, fixmedins_code, setl_id, setl_time, CAST(setl_time AS DATE) AS day
  FROM till_run
  WHERE COALESCE(mulaid_fen, 0) = 0
),
tour AS (
  SELECT psn_no, day
  FROM visit
  GROUP BY psn_no, day
  HAVING COUNT(DISTINCT fixmedins_code) >= $min_shops
),
stop AS (
  SELECT v.*, ROW_NUMBER() OVER (PARTITION BY v.psn_no, v.day ORDER BY v.setl_time, v.setl_id) AS nth
  FROM visit v
  SEMI JOIN tour t ON t.psn_no = v.psn_no AND t.day = v.day
),
drug AS (
  SELECT DISTINCT s.psn_no, s.day, s.fixmedins_code, substr(l.med_list_codg, 1, 10) AS ingredient
  FROM stop s
  JOIN net_line l ON l.setl_id = s.setl_id
),
repeated AS (
  SELECT psn_no, day
  FROM (SELECT psn_no, day, ingredient FROM drug GROUP BY psn_no, day, ingredient HAVING COUNT(*) > 1) AS again
  GROUP BY psn_no, day
),
habit AS (
  SELECT t.psn_no, COUNT(*) AS tours
  FROM tour t
  SEMI JOIN repeated r ON r.psn_no = t.psn_no AND r.day = t.day
  GROUP BY t.psn_no
  HAVING COUNT(*) >= $min_days
)
SELECT 'patient' AS subject_type,
       s.psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(setl_id := s.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       MAX(h.tours) AS tours,
       COUNT(DISTINCT s.fixmedins_code) AS shops
FROM stop s
JOIN habit h ON h.psn_no = s.psn_no
SEMI JOIN repeated r ON r.psn_no = s.psn_no AND r.day = s.day
WHERE s.nth > 1                                            -- the first shop of the day was an errand like any other
GROUP BY s.psn_no
ORDER BY s.psn_no
