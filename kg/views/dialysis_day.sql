-- One row: a person's billed dialysis day at a centre, with what the centre can show for it.
-- kept: bills, sessions and faces meet once
-- may lack: dialysis_session, face_check
WITH billed AS (
  SELECT psn_no, fixmedins_code, day, MIN(mdtrt_id) AS mdtrt_id, SUM(cnt) AS sessions, MAX(cnt) AS largest,
         BOOL_OR(COALESCE(substr(med_type, 1, 2), '') IN ('13', '21', '22', '23', '24', '25', '26', '28', '52')) AS acute
  FROM dialysis_line
  WHERE kind = 'session' AND day IS NOT NULL
  GROUP BY psn_no, fixmedins_code, day
),
held AS (
  SELECT psn_no, fixmedins_code, CAST(begntime AS DATE) AS day, COUNT(*) AS recorded,
         MAX(CAST(FLOOR(epoch(endtime)) AS BIGINT) - CAST(FLOOR(epoch(begntime)) AS BIGINT)) // 60 AS minutes,
         MAX(weight_before_kg - weight_after_kg) AS loss_kg
  FROM dialysis_session
  GROUP BY psn_no, fixmedins_code, CAST(begntime AS DATE)
),
shown AS (
  -- two pictures of a living face are never equal: one shown before, on another day or for another person, shows nobody
  SELECT psn_no, fixmedins_code, check_time, check_kind,
         CASE WHEN image_sha256 IS NOT NULL
                   AND (CAST(check_time AS DATE) > CAST(MIN(check_time) OVER picture AS DATE) OR MIN(psn_no) OVER picture <> MAX(psn_no) OVER picture)
              THEN 'replayed' ELSE result END AS result
  FROM face_check
  WHERE check_kind IN ('dialysis_in', 'dialysis_out')
  WINDOW picture AS (PARTITION BY image_sha256)
),
face AS (
  SELECT psn_no, fixmedins_code, CAST(check_time AS DATE) AS day,
         MIN(check_time) FILTER (WHERE check_kind = 'dialysis_in' AND result = 'pass') AS in_at,
         MAX(check_time) FILTER (WHERE check_kind = 'dialysis_out' AND result = 'pass') AS out_at,
         COUNT(*) AS asked
  FROM shown
  GROUP BY psn_no, fixmedins_code, CAST(check_time AS DATE)
)
SELECT b.*, COALESCE(h.recorded, 0) AS recorded, h.minutes, h.loss_kg, f.in_at, f.out_at, COALESCE(f.asked, 0) AS asked,
       COALESCE(f.in_at < f.out_at, FALSE) AS paired,
       CAST(FLOOR(epoch(f.out_at)) AS BIGINT) // 60 - CAST(FLOOR(epoch(f.in_at)) AS BIGINT) // 60 AS face_minutes,
       COUNT(*) OVER centre_day - 1 AS others,
       COUNT(f.in_at) OVER centre_day - CASE WHEN f.in_at IS NULL THEN 0 ELSE 1 END AS others_in,
       -- posted once a month, a bill's day is no treatment's day
       MAX(b.largest) OVER (PARTITION BY b.psn_no, b.fixmedins_code) <= 1 AS posted_daily
FROM billed b
LEFT JOIN held h ON h.psn_no = b.psn_no AND h.fixmedins_code = b.fixmedins_code AND h.day = b.day
LEFT JOIN face f ON f.psn_no = b.psn_no AND f.fixmedins_code = b.fixmedins_code AND f.day = b.day
WINDOW centre_day AS (PARTITION BY b.fixmedins_code, b.day)
