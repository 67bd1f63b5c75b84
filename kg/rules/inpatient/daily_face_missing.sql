-- One row: a stay whose patient was not seen on too many of the days on which the ward could have shown the face.
WITH enrolled AS (
  -- a patient whose face was not yet asked for cannot be missed: newborns, the unconscious, a ward whose enrolment was down
  SELECT c.mdtrt_id, MIN(c.day) AS since
  FROM ward_check c
  JOIN stay s ON s.mdtrt_id = c.mdtrt_id
  WHERE NOT COALESCE(s.with_newborn, FALSE)
  GROUP BY c.mdtrt_id
),
camera AS (
  -- the ward's camera: the one that looked for this patient most
  SELECT mdtrt_id, device_id
  FROM ward_check
  WHERE device_id IS NOT NULL
  GROUP BY mdtrt_id, device_id
  QUALIFY ROW_NUMBER() OVER (PARTITION BY mdtrt_id ORDER BY COUNT(*) DESC, device_id) = 1
),
judged AS (
  SELECT d.mdtrt_id, d.psn_no, d.fixmedins_code, d.day,
         CASE WHEN d.present OR d.on_leave OR d.witnessed THEN 0 ELSE 1 END AS missing
  FROM stay_day d                                  -- kg/views/stay_day.sql: full days only, with what is known of each
  JOIN enrolled e ON e.mdtrt_id = d.mdtrt_id AND d.day >= e.since
  LEFT JOIN camera c ON c.mdtrt_id = d.mdtrt_id
  ANTI JOIN lent_bed b ON b.mdtrt_id = d.mdtrt_id          -- where somebody else lay in the bed, it was not empty
  LEFT JOIN device_day w ON w.device_id = c.device_id AND w.day = d.day
  JOIN presence_feed f ON f.fixmedins_code = d.fixmedins_code
  WHERE f.covered >= $feed
    AND d.others > 0 AND d.others_present >= d.others * $others_seen
    AND (d.asked OR d.present)                               -- a task that was never issued was not missed
    AND (c.device_id IS NULL OR w.device_id IS NOT NULL)     -- the camera recognised somebody that day
),
counted AS (
  -- days since the last one seen: a run of missing days shares the number of seen days before it
  SELECT *, SUM(1 - missing) OVER (PARTITION BY mdtrt_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS seen_before
  FROM judged
),
run_of AS (
  SELECT mdtrt_id, MAX(length) AS longest
  FROM (SELECT mdtrt_id, seen_before, SUM(missing) AS length FROM counted GROUP BY mdtrt_id, seen_before) AS runs
  GROUP BY mdtrt_id
)
SELECT 'encounter' AS subject_type,
       j.mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := j.mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       CAST(SUM(j.missing) AS BIGINT) AS missing_days,
       COUNT(*) AS judged_days,
       CAST(MAX(r.longest) AS BIGINT) AS longest_run,
       MIN(j.day) FILTER (WHERE j.missing = 1) AS first_missing
FROM judged j
JOIN run_of r ON r.mdtrt_id = j.mdtrt_id
GROUP BY j.mdtrt_id
HAVING (SUM(j.missing) >= $min_scattered AND SUM(j.missing) >= COUNT(*) * $share) OR MAX(r.longest) >= $run
ORDER BY j.mdtrt_id
