-- One row a finding: at how many of its institutions do times tell when somebody wrote?
WITH cited AS (
  SELECT DISTINCT finding_id, fixmedins_code,
         CASE source_table WHEN 'setl_d' THEN 'till' WHEN 'selinfo_3505' THEN 'shelf' WHEN 'drug_trac_3513' THEN 'shelf' ELSE 'bill' END AS feed
  FROM hit_row WHERE fixmedins_code IS NOT NULL
), accused AS (SELECT DISTINCT mdtrt_id FROM hit_row WHERE mdtrt_id IS NOT NULL), bill AS (
  SELECT l.fixmedins_code, l.mdtrt_id, l.fee_ocur_time AS at, date_diff('day', CAST(l.fee_ocur_time AS DATE), CAST(l.crte_time AS DATE)) AS late
  FROM fee_list_d AS l
  WHERE l.fixmedins_code IN (SELECT fixmedins_code FROM cited WHERE feed = 'bill') AND l.fee_ocur_time IS NOT NULL
    AND l.mdtrt_id NOT IN (SELECT mdtrt_id FROM accused)
), stay_at_once AS (     -- several days in bed, one moment in the book
  SELECT b.mdtrt_id FROM bill AS b JOIN mdtrt_d AS m ON m.mdtrt_id = b.mdtrt_id AND date_diff('day', CAST(m.begntime AS DATE), CAST(m.endtime AS DATE)) >= 2
  GROUP BY b.mdtrt_id HAVING COUNT(*) > 1 AND COUNT(DISTINCT b.at) = 1
), usual_delay AS (
  SELECT fixmedins_code, late FROM bill WHERE late > 0 GROUP BY fixmedins_code, late
  QUALIFY ROW_NUMBER() OVER (PARTITION BY fixmedins_code ORDER BY COUNT(*) DESC, late) = 1
), moment AS (
  SELECT 'bill' AS feed, b.fixmedins_code, b.at = CAST(CAST(b.at AS DATE) AS TIMESTAMP) AS midnight, s.mdtrt_id IS NOT NULL AS at_once, u.late IS NOT NULL AS late
  FROM bill AS b LEFT JOIN stay_at_once AS s ON s.mdtrt_id = b.mdtrt_id
  LEFT JOIN usual_delay AS u ON u.fixmedins_code = b.fixmedins_code AND u.late = b.late
  UNION ALL
  SELECT 'till', fixmedins_code, setl_time = CAST(CAST(setl_time AS DATE) AS TIMESTAMP), false, false
  FROM setl_d WHERE setl_time IS NOT NULL AND fixmedins_code IN (SELECT fixmedins_code FROM cited WHERE feed = 'till')
    AND setl_id NOT IN (SELECT setl_id FROM hit_row WHERE setl_id IS NOT NULL)
  UNION ALL
  SELECT 'shelf', fixmedins_code, sel_retn_time = CAST(CAST(sel_retn_time AS DATE) AS TIMESTAMP), false, false
  FROM selinfo_3505 WHERE sel_retn_time IS NOT NULL AND fixmedins_code IN (SELECT fixmedins_code FROM cited WHERE feed = 'shelf')
    AND coalesce(setl_id, '') NOT IN (SELECT setl_id FROM hit_row WHERE setl_id IS NOT NULL)
), habit AS (
  SELECT feed, fixmedins_code, GREATEST(AVG(CAST(midnight AS INTEGER)), AVG(CAST(at_once AS INTEGER)), AVG(CAST(late AS INTEGER))) > $bulk AS bulk
  FROM moment GROUP BY feed, fixmedins_code HAVING COUNT(*) >= $comparable
)
SELECT c.finding_id, COUNT(*) AS clocks, COUNT(*) FILTER (WHERE h.bulk) AS bulk, COUNT(*) FILTER (WHERE h.bulk) * 2 >= COUNT(*) AS explained,
       false AS closes   -- a useless clock proves neither side
FROM cited AS c JOIN habit AS h ON h.feed = c.feed AND h.fixmedins_code = c.fixmedins_code GROUP BY c.finding_id
