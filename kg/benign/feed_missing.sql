-- One row a finding: on how many of its institution days is the same evidence missing for the others too?
WITH hit_day AS (
  SELECT DISTINCT finding_id, fixmedins_code, day,
         CASE pattern WHEN 'phantom_bed' THEN 'ward' WHEN 'dialysis_fraud' THEN 'dialysis' ELSE 'trace' END AS feed
  FROM hit_row WHERE fixmedins_code IS NOT NULL AND day IS NOT NULL
), suspect AS (          -- the accused do not testify about the device
  SELECT DISTINCT fixmedins_code, psn_no FROM hit_row WHERE psn_no IS NOT NULL
), ward_day AS (
  SELECT DISTINCT fixmedins_code, day FROM hit_day WHERE feed = 'ward'
), ward AS (             -- other patients who lay there the whole day, and whether a check saw them
  SELECT w.fixmedins_code, w.day, m.psn_no, BOOL_OR(c.check_id IS NOT NULL) AS seen
  FROM ward_day AS w
  JOIN mdtrt_d AS m ON m.fixmedins_code = w.fixmedins_code AND CAST(m.begntime AS DATE) < w.day AND CAST(m.endtime AS DATE) > w.day
  LEFT JOIN face_check AS c ON c.fixmedins_code = w.fixmedins_code AND c.psn_no = m.psn_no AND CAST(c.check_time AS DATE) = w.day
  WHERE NOT EXISTS (SELECT 1 FROM suspect AS s WHERE s.fixmedins_code = m.fixmedins_code AND s.psn_no = m.psn_no)
  GROUP BY w.fixmedins_code, w.day, m.psn_no
), feed_day AS (
  SELECT 'ward' AS feed, fixmedins_code, day, COUNT(*) AS rows, COUNT(*) FILTER (WHERE NOT seen) AS missing
  FROM ward GROUP BY fixmedins_code, day
  UNION ALL
  SELECT 'dialysis', d.fixmedins_code, CAST(d.begntime AS DATE), COUNT(*), COUNT(*) FILTER (WHERE d.check_in_id IS NULL OR d.check_out_id IS NULL)
  FROM dialysis_session AS d
  WHERE NOT EXISTS (SELECT 1 FROM suspect AS s WHERE s.fixmedins_code = d.fixmedins_code AND s.psn_no = d.psn_no)
  GROUP BY d.fixmedins_code, CAST(d.begntime AS DATE)
  UNION ALL              -- sales for cash go through the same scanner and bring the shop nothing
  SELECT 'trace', fixmedins_code, CAST(sel_retn_time AS DATE), COUNT(*), COUNT(*) FILTER (WHERE drug_trac_codg IS NULL)
  FROM selinfo_3505 WHERE mdtrt_setl_type = '2' GROUP BY fixmedins_code, CAST(sel_retn_time AS DATE)
), feed_month AS (
  SELECT feed, fixmedins_code, date_trunc('month', day) AS month, SUM(rows) AS rows, SUM(missing) AS missing
  FROM feed_day GROUP BY feed, fixmedins_code, date_trunc('month', day)
), judged AS (
  SELECT h.finding_id,
         coalesce(d.rows >= $comparable, false) OR coalesce(m.rows >= $comparable, false) AS comparable,
         coalesce(d.rows >= $comparable AND d.missing > $missing * d.rows, false)
         OR coalesce(m.rows >= $comparable AND m.missing > $missing * m.rows, false) AS broken
  FROM hit_day AS h
  LEFT JOIN feed_day AS d ON d.feed = h.feed AND d.fixmedins_code = h.fixmedins_code AND d.day = h.day
  LEFT JOIN feed_month AS m ON m.feed = h.feed AND m.fixmedins_code = h.fixmedins_code AND m.month = date_trunc('month', h.day)
), counted AS (
  SELECT finding_id, COUNT(*) FILTER (WHERE comparable) AS days, COUNT(*) FILTER (WHERE broken) AS broken FROM judged GROUP BY finding_id
)
SELECT finding_id, days, broken, CASE WHEN days > 0 THEN broken * 2 >= days END AS explained, days > 0 AND broken = days AS closes
FROM counted
