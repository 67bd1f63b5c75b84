-- One row a finding: in how many of its months did two systems of the institution disagree about the time?
WITH hit_month AS (
  SELECT DISTINCT finding_id, fixmedins_code, date_trunc('month', day) AS month FROM hit_row WHERE fixmedins_code IS NOT NULL AND day IS NOT NULL
), place AS (SELECT DISTINCT fixmedins_code FROM hit_month), accused AS (
  SELECT DISTINCT psn_no FROM hit_row WHERE psn_no IS NOT NULL
), seen AS (             -- the first look of the day is the one at the door
  SELECT psn_no, fixmedins_code, CAST(check_time AS DATE) AS day, MIN(check_time) AS moment
  FROM face_check WHERE check_kind = 'rehab_in' AND fixmedins_code IN (SELECT fixmedins_code FROM place)
  GROUP BY psn_no, fixmedins_code, CAST(check_time AS DATE)
), twice AS (            -- one event, two systems
  SELECT 'till' AS systems, s.fixmedins_code, s.psn_no, s.setl_time AS moment, epoch(s.setl_time) - epoch(x.sel_retn_time) AS apart
  FROM setl_d AS s JOIN selinfo_3505 AS x ON x.setl_id = s.setl_id WHERE s.fixmedins_code IN (SELECT fixmedins_code FROM place)
  UNION ALL
  SELECT 'dialysis', d.fixmedins_code, d.psn_no, d.begntime, epoch(d.begntime) - epoch(c.check_time)
  FROM dialysis_session AS d JOIN face_check AS c ON c.check_id = d.check_in_id WHERE d.fixmedins_code IN (SELECT fixmedins_code FROM place)
  UNION ALL              -- the first session of the day follows the look
  SELECT 'therapy', t.fixmedins_code, t.psn_no, MIN(t.begntime), MIN(epoch(t.begntime)) - MIN(epoch(k.moment))
  FROM therapy_session AS t JOIN seen AS k ON k.psn_no = t.psn_no AND k.fixmedins_code = t.fixmedins_code AND k.day = CAST(t.begntime AS DATE)
  GROUP BY t.fixmedins_code, t.psn_no, CAST(t.begntime AS DATE)
), other AS (            -- the accused do not testify about the clock
  SELECT systems, fixmedins_code, date_trunc('month', CAST(moment AS DATE)) AS month,
         CASE WHEN systems <> 'till' AND apart > 0 THEN GREATEST(apart - $wait * 60, 0) ELSE apart END AS apart
  FROM twice WHERE apart IS NOT NULL AND psn_no NOT IN (SELECT psn_no FROM accused)
), compared AS (
  SELECT fixmedins_code, month, systems, ABS(MEDIAN(apart)) > $minutes * 60 AS off
  FROM other GROUP BY fixmedins_code, month, systems HAVING COUNT(*) >= $comparable
), of_month AS (SELECT fixmedins_code, month, BOOL_OR(off) AS off FROM compared GROUP BY fixmedins_code, month)
SELECT h.finding_id, COUNT(*) AS clocks, COUNT(*) FILTER (WHERE m.off) AS apart, COUNT(*) FILTER (WHERE m.off) * 2 >= COUNT(*) AS explained,
       false AS closes   -- the rule must be asked again with the difference taken off
FROM hit_month AS h JOIN of_month AS m ON m.fixmedins_code = h.fixmedins_code AND m.month = h.month GROUP BY h.finding_id
