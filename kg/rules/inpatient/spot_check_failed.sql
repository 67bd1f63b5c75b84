-- One row: a stay whose patient did not stand the unannounced checks: another face, another place, or no answer on several days.
WITH check_of AS (
  SELECT c.check_id, c.mdtrt_id, c.psn_no, c.fixmedins_code, c.day, c.check_time, c.result,
         -- a square of about a kilometre
         ROUND(c.lat, 2) AS lat_at, ROUND(c.lnt, 2) AS lnt_at,
         -- metres on the ground; a degree of latitude is 111,320 m, one of longitude shrinks with the cosine of the latitude
         SQRT(POWER((c.lat - i.lat) * 111320, 2) + POWER((c.lnt - i.lnt) * 111320 * COS(i.lat * 0.017453292519943295), 2)) AS metres
  FROM ward_check c
  LEFT JOIN institution i ON i.fixmedins_code = c.fixmedins_code
  WHERE c.check_kind = 'spot_check'
),
site AS (
  -- where many patients of a house are met is a ward of it, registered or not
  SELECT fixmedins_code, lat_at, lnt_at
  FROM check_of
  WHERE result = 'pass' AND lat_at IS NOT NULL AND lnt_at IS NOT NULL
  GROUP BY fixmedins_code, lat_at, lnt_at
  HAVING COUNT(DISTINCT psn_no) >= $site_patients
),
feed AS (
  SELECT fixmedins_code, CAST(COUNT_IF(result = 'pass') AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS passed
  FROM check_of
  WHERE result IS NOT NULL
  GROUP BY fixmedins_code
),
sign AS (
  SELECT c.*, COALESCE(c.metres > $fence_m, FALSE) AND t.lat_at IS NULL AS elsewhere,
         c.result = 'missed' AND p.mdtrt_id IS NOT NULL AS seen_that_day
  FROM check_of c
  JOIN stay s ON s.mdtrt_id = c.mdtrt_id
  LEFT JOIN site t ON t.fixmedins_code = c.fixmedins_code AND t.lat_at = c.lat_at AND t.lnt_at = c.lnt_at
  LEFT JOIN stay_day_bill b ON b.mdtrt_id = c.mdtrt_id AND b.day = c.day
  LEFT JOIN (SELECT DISTINCT mdtrt_id, day FROM ward_check WHERE result = 'pass') p ON p.mdtrt_id = c.mdtrt_id AND p.day = c.day
  ANTI JOIN leave_day l ON l.mdtrt_id = c.mdtrt_id AND l.day = c.day
  ANTI JOIN lent_bed o ON o.mdtrt_id = c.mdtrt_id        -- where somebody else lay in the bed, it was not empty
  -- answered after all within the time it takes to reach a ward bed
  ANTI JOIN ward_check w ON w.mdtrt_id = c.mdtrt_id AND w.result = 'pass' AND w.check_id <> c.check_id AND w.check_time >= c.check_time
       AND CAST(FLOOR(epoch(w.check_time)) AS BIGINT) - CAST(FLOOR(epoch(c.check_time)) AS BIGINT) <= $answer_minutes * 60
  WHERE (c.result IN ('fail', 'missed') OR (COALESCE(c.metres > $fence_m, FALSE) AND t.lat_at IS NULL))
    AND NOT COALESCE(b.witnessed, FALSE)                 -- in theatre or at the scanner
)
SELECT 'encounter' AS subject_type,
       s.mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(check_id := s.check_id, fen := CAST(0 AS BIGINT)))) AS face_check_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := s.mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       COUNT(DISTINCT s.day) AS failed_days,
       COUNT_IF(s.elsewhere) AS elsewhere,
       COUNT_IF(s.result = 'fail') AS other_face,
       COUNT_IF(s.result = 'missed') AS unanswered
FROM sign s
JOIN feed f ON f.fixmedins_code = s.fixmedins_code
WHERE f.passed >= $feed OR s.elsewhere
GROUP BY s.mdtrt_id
-- a patient seen in the morning may be in the bath in the evening: that takes one evening more
HAVING COUNT(DISTINCT s.day) FILTER (WHERE NOT s.seen_that_day OR s.elsewhere) >= $min_days OR COUNT(DISTINCT s.day) > $min_days
ORDER BY s.mdtrt_id
