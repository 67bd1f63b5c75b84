-- One row a finding: how many of its days were followed by a change in the register?
WITH dated AS (
  SELECT *, GREATEST(coalesce(begndate, status_from), coalesce(status_from, begndate)) AS since FROM fixmedins_b WHERE coalesce(begndate, status_from) IS NOT NULL
), version AS (
  SELECT fixmedins_code, since, LAG(since) OVER entry IS NOT NULL
         AND (hosp_lv IS DISTINCT FROM LAG(hosp_lv) OVER entry OR medins_kind IS DISTINCT FROM LAG(medins_kind) OVER entry
              OR open_time IS DISTINCT FROM LAG(open_time) OVER entry OR close_time IS DISTINCT FROM LAG(close_time) OVER entry
              OR coalesce(aprv_bed_cnt > LAG(aprv_bed_cnt) OVER entry, false)
              OR coalesce(dialysis_mach_cnt > LAG(dialysis_mach_cnt) OVER entry, false)) AS changed
  FROM dated WINDOW entry AS (PARTITION BY fixmedins_code ORDER BY since)
), hit_day AS (
  SELECT DISTINCT finding_id, fixmedins_code, stff_code, day, source_table IN ('dialysis_session', 'therapy_session', 'exam_rpot') AS on_machine
  FROM hit_row WHERE pattern <> 'card_collecting' AND fixmedins_code IS NOT NULL AND day IS NOT NULL
), change AS (
  SELECT h.finding_id, h.fixmedins_code, h.stff_code, h.day
  FROM hit_day AS h JOIN version AS v ON v.fixmedins_code = h.fixmedins_code AND v.changed AND v.since > h.day AND v.since <= h.day + $days
  UNION
  SELECT h.finding_id, h.fixmedins_code, h.stff_code, h.day
  FROM hit_day AS h JOIN medstff_b AS s ON s.fixmedins_code = h.fixmedins_code AND s.stff_code = h.stff_code
   AND s.begndate > h.day AND s.begndate <= h.day + $days
  WHERE NOT EXISTS (SELECT 1 FROM medstff_b AS b WHERE b.fixmedins_code = h.fixmedins_code AND b.stff_code = h.stff_code AND b.begndate <= h.day)
  UNION
  SELECT h.finding_id, h.fixmedins_code, h.stff_code, h.day
  FROM hit_day AS h JOIN equipment AS e ON h.on_machine AND e.fixmedins_code = h.fixmedins_code AND e.begndate > h.day AND e.begndate <= h.day + $days
), counted AS (
  SELECT h.finding_id, COUNT(*) AS days, COUNT(c.day) AS changed
  FROM hit_day AS h
  LEFT JOIN change AS c ON c.finding_id = h.finding_id AND c.fixmedins_code = h.fixmedins_code AND c.stff_code IS NOT DISTINCT FROM h.stff_code
   AND c.day = h.day
  WHERE c.day IS NOT NULL
     OR (h.fixmedins_code IN (SELECT fixmedins_code FROM dated) AND h.day + $days <= (SELECT MAX(CAST(begntime AS DATE)) FROM mdtrt_d))
  GROUP BY h.finding_id
)
SELECT finding_id, days, changed, changed * 2 >= days AS explained, false AS closes  -- a later entry is no proof of the earlier state
FROM counted
