-- One row a finding: on how many of its days is the same evidence missing for the others too?
WITH suspect AS (        -- the accused do not testify about the device
  SELECT DISTINCT fixmedins_code, psn_no FROM hit_row WHERE psn_no IS NOT NULL AND fixmedins_code IS NOT NULL
), look AS (
  SELECT fixmedins_code, psn_no, CAST(check_time AS DATE) AS day, device_id, coalesce(result, 'pass') AS result FROM face_check
), unseen AS (           -- days of a stay on which nobody recognised the patient
  SELECT DISTINCT h.finding_id, h.fixmedins_code, h.psn_no, h.day
  FROM hit_row AS h
  WHERE h.pattern = 'phantom_bed' AND h.day IS NOT NULL AND h.psn_no IS NOT NULL AND h.fixmedins_code IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM look AS k WHERE k.fixmedins_code = h.fixmedins_code AND k.psn_no = h.psn_no AND k.day = h.day AND k.result = 'pass')
), camera AS (           -- the device that looks for this patient most
  SELECT fixmedins_code, psn_no, device_id FROM look WHERE device_id IS NOT NULL GROUP BY fixmedins_code, psn_no, device_id
  QUALIFY ROW_NUMBER() OVER (PARTITION BY fixmedins_code, psn_no ORDER BY COUNT(*) DESC, device_id) = 1
), lying AS (            -- who lay there the whole day, before which camera, in which department
  SELECT d.fixmedins_code, d.day, m.psn_no, ANY_VALUE(m.adm_dept_codg) AS dept, ANY_VALUE(c.device_id) AS device_id
  FROM (SELECT DISTINCT fixmedins_code, day FROM unseen) AS d
  JOIN mdtrt_d AS m ON m.fixmedins_code = d.fixmedins_code AND CAST(m.begntime AS DATE) < d.day AND CAST(m.endtime AS DATE) > d.day
  LEFT JOIN camera AS c ON c.fixmedins_code = m.fixmedins_code AND c.psn_no = m.psn_no
  GROUP BY d.fixmedins_code, d.day, m.psn_no
), looked_for AS (
  SELECT DISTINCT fixmedins_code, psn_no, day FROM look WHERE result <> 'missed'
), ward AS (             -- the others of the same camera; where the accused's is not known, of the same department
  SELECT u.finding_id, u.psn_no, u.day, COUNT(o.psn_no) AS rows, COUNT(o.psn_no) FILTER (WHERE k.psn_no IS NULL) AS missing
  FROM unseen AS u
  JOIN lying AS i ON i.fixmedins_code = u.fixmedins_code AND i.day = u.day AND i.psn_no = u.psn_no
  JOIN lying AS o ON o.fixmedins_code = u.fixmedins_code AND o.day = u.day
   AND CASE WHEN i.device_id IS NOT NULL THEN o.device_id = i.device_id ELSE o.dept IS NOT DISTINCT FROM i.dept END
  LEFT JOIN looked_for AS k ON k.fixmedins_code = o.fixmedins_code AND k.psn_no = o.psn_no AND k.day = o.day
  WHERE NOT EXISTS (SELECT 1 FROM suspect AS s WHERE s.fixmedins_code = o.fixmedins_code AND s.psn_no = o.psn_no)
  GROUP BY u.finding_id, u.psn_no, u.day
), hit_day AS (
  SELECT DISTINCT finding_id, fixmedins_code, day, CASE pattern WHEN 'dialysis_fraud' THEN 'dialysis' ELSE 'trace' END AS feed
  FROM hit_row WHERE pattern <> 'phantom_bed' AND fixmedins_code IS NOT NULL AND day IS NOT NULL
), feed_day AS (
  SELECT 'dialysis' AS feed, d.fixmedins_code, CAST(d.begntime AS DATE) AS day, COUNT(*) AS rows,
         COUNT(*) FILTER (WHERE d.check_in_id IS NULL OR d.check_out_id IS NULL) AS missing
  FROM dialysis_session AS d
  WHERE NOT EXISTS (SELECT 1 FROM suspect AS s WHERE s.fixmedins_code = d.fixmedins_code AND s.psn_no = d.psn_no)
  GROUP BY d.fixmedins_code, CAST(d.begntime AS DATE)
  UNION ALL              -- sales for cash go through the same scanner and bring the shop nothing
  SELECT 'trace', fixmedins_code, CAST(sel_retn_time AS DATE), COUNT(*), COUNT(*) FILTER (WHERE drug_trac_codg IS NULL)
  FROM selinfo_3505 WHERE mdtrt_setl_type = '2' GROUP BY fixmedins_code, CAST(sel_retn_time AS DATE)
), feed_month AS (
  SELECT feed, fixmedins_code, date_trunc('month', day) AS month, SUM(rows) AS rows, SUM(missing) AS missing
  FROM feed_day GROUP BY feed, fixmedins_code, date_trunc('month', day)
), compared AS (         -- by the day, and where the day has too few rows, by the month
  SELECT finding_id, rows, missing FROM ward
  UNION ALL
  SELECT h.finding_id, CASE WHEN d.rows >= $comparable THEN d.rows ELSE m.rows END, CASE WHEN d.rows >= $comparable THEN d.missing ELSE m.missing END
  FROM hit_day AS h
  LEFT JOIN feed_day AS d ON d.feed = h.feed AND d.fixmedins_code = h.fixmedins_code AND d.day = h.day
  LEFT JOIN feed_month AS m ON m.feed = h.feed AND m.fixmedins_code = h.fixmedins_code AND m.month = date_trunc('month', h.day)
), counted AS (
  SELECT finding_id, COUNT(*) FILTER (WHERE rows >= $comparable) AS days,
         COUNT(*) FILTER (WHERE rows >= $comparable AND missing > $missing * rows) AS broken
  FROM compared GROUP BY finding_id
)
SELECT finding_id, days, broken, CASE WHEN days > 0 THEN broken * 2 >= days END AS explained, days > 0 AND broken = days AS closes
FROM counted
