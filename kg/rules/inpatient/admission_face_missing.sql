-- One row: a stay without any face at admission, in a hospital that takes them, whose patient left no other trace either.
WITH task AS (
  SELECT s.mdtrt_id, s.fixmedins_code, CAST(s.begntime AS DATE) AS day,
         -- the unconscious show their face when they wake
         CASE WHEN substr(s.med_type, 1, 2) = '24' OR i.mdtrt_id IS NOT NULL THEN 3 * $window_hours ELSE $window_hours END AS hours
  FROM stay s
  LEFT JOIN (SELECT DISTINCT mdtrt_id FROM icu_stay) i ON i.mdtrt_id = s.mdtrt_id
  WHERE s.begntime IS NOT NULL AND s.ends_at IS NOT NULL AND NOT s.with_newborn
    AND CAST(FLOOR(epoch(s.ends_at)) AS BIGINT) - CAST(FLOOR(epoch(s.begntime)) AS BIGINT) > 3 * $window_hours * 3600
),
shown AS (
  SELECT t.mdtrt_id, t.fixmedins_code, t.day,
         BOOL_OR(COALESCE(c.check_kind = 'admission' AND c.result = 'pass'
                          AND CAST(FLOOR(epoch(c.check_time)) AS BIGINT) - CAST(FLOOR(epoch(s.begntime)) AS BIGINT) <= t.hours * 3600, FALSE)) AS enrolled,
         BOOL_OR(COALESCE(c.result = 'pass' AND COALESCE(c.live_result, 'pass') <> 'fail', FALSE)) AS seen
  FROM task t
  JOIN stay s ON s.mdtrt_id = t.mdtrt_id
  LEFT JOIN ward_check c ON c.mdtrt_id = t.mdtrt_id
  GROUP BY t.mdtrt_id, t.fixmedins_code, t.day
),
since AS (
  SELECT fixmedins_code, MIN(day) AS day FROM ward_check WHERE check_kind = 'admission' AND result = 'pass' GROUP BY fixmedins_code
),
feed AS (
  SELECT s.fixmedins_code
  FROM shown s
  JOIN since f ON f.fixmedins_code = s.fixmedins_code AND s.day >= f.day
  GROUP BY s.fixmedins_code
  HAVING COUNT_IF(s.enrolled) >= COUNT(*) * $feed
),
working AS (
  -- a camera that took a face at the desk that day was not out of order
  SELECT DISTINCT fixmedins_code, day FROM ward_check WHERE check_kind = 'admission' AND result = 'pass'
),
blank AS (
  SELECT mdtrt_id, COUNT_IF(NOT treated AND NOT on_leave) AS blank_days FROM stay_day GROUP BY mdtrt_id
),
elsewhere AS (
  SELECT mdtrt_id, COUNT(*) AS events FROM outside_event GROUP BY mdtrt_id
)
SELECT 'encounter' AS subject_type,
       s.mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := s.mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       MAX(p.full_days) AS full_days,
       MAX(COALESCE(b.blank_days, 0)) AS blank_days,
       MAX(COALESCE(e.events, 0)) AS events_elsewhere
FROM shown s
SEMI JOIN feed f ON f.fixmedins_code = s.fixmedins_code
SEMI JOIN working w ON w.fixmedins_code = s.fixmedins_code AND w.day = s.day
JOIN since a ON a.fixmedins_code = s.fixmedins_code AND s.day >= a.day
JOIN stay_presence p ON p.mdtrt_id = s.mdtrt_id
LEFT JOIN blank b ON b.mdtrt_id = s.mdtrt_id
LEFT JOIN elsewhere e ON e.mdtrt_id = s.mdtrt_id
-- where somebody else lay in the bed, it was not empty
ANTI JOIN lent_bed l ON l.mdtrt_id = s.mdtrt_id
-- nobody saw the patient at all, no theatre and no scanner witnessed him, and there is a second sign
WHERE NOT s.enrolled AND NOT s.seen AND p.days_witnessed = 0
  AND (COALESCE(b.blank_days, 0) >= $blank_days OR COALESCE(e.events, 0) > 0)
GROUP BY s.mdtrt_id
ORDER BY s.mdtrt_id
