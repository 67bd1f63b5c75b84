-- One row: a full day inside a stay (neither admission nor discharge day): was the patient seen, treated, away with leave; were the others seen?
-- kept: joins the bill, the checks and the orders once
-- may lack: drord_d, setl_list_oprn_d, icu_stay, face_check
WITH day_of AS (
  SELECT s.mdtrt_id, s.psn_no, s.fixmedins_code, CAST(x.day AS DATE) AS day
  FROM stay s
  CROSS JOIN UNNEST(generate_series(CAST(s.begntime AS DATE) + 1, CAST(s.ends_at AS DATE) - 1, INTERVAL 1 DAY)) AS x(day)
  WHERE s.ends_at IS NOT NULL AND s.begntime IS NOT NULL
),
seen AS (
  SELECT mdtrt_id, day,
         BOOL_OR(COALESCE(result = 'pass' AND COALESCE(live_result, 'pass') <> 'fail', FALSE)) AS present,
         COUNT_IF(check_kind = 'daily_ward') AS tasks
  FROM ward_check
  GROUP BY mdtrt_id, day
),
operated AS (
  SELECT DISTINCT mdtrt_id, CAST(oprn_oprt_begntime AS DATE) AS day FROM setl_list_oprn_d WHERE oprn_oprt_begntime IS NOT NULL
),
intensive AS (
  SELECT DISTINCT i.mdtrt_id, CAST(x.day AS DATE) AS day
  FROM icu_stay i
  CROSS JOIN UNNEST(generate_series(CAST(i.in_time AS DATE), CAST(COALESCE(i.out_time, i.in_time) AS DATE), INTERVAL 1 DAY)) AS x(day)
),
state AS (
  SELECT d.mdtrt_id, d.psn_no, d.fixmedins_code, d.day,
         COALESCE(v.present, FALSE) AS present,
         COALESCE(v.tasks, 0) > 0 AS asked,
         l.mdtrt_id IS NOT NULL AS on_leave,
         COALESCE(b.treated, FALSE) AS treated,
         COALESCE(b.lines, 0) > 0 AS billed,
         COALESCE(b.witnessed, FALSE) OR o.mdtrt_id IS NOT NULL OR i.mdtrt_id IS NOT NULL AS witnessed
  FROM day_of d
  LEFT JOIN seen v ON v.mdtrt_id = d.mdtrt_id AND v.day = d.day
  LEFT JOIN leave_day l ON l.mdtrt_id = d.mdtrt_id AND l.day = d.day
  LEFT JOIN stay_day_bill b ON b.mdtrt_id = d.mdtrt_id AND b.day = d.day
  LEFT JOIN operated o ON o.mdtrt_id = d.mdtrt_id AND o.day = d.day
  LEFT JOIN intensive i ON i.mdtrt_id = d.mdtrt_id AND i.day = d.day
)
SELECT *,
       COUNT(*) OVER ward_day - 1 AS others,
       COUNT(*) FILTER (WHERE present) OVER ward_day - CASE WHEN present THEN 1 ELSE 0 END AS others_present
FROM state
WINDOW ward_day AS (PARTITION BY fixmedins_code, day)
