WITH shipped AS (
  SELECT s.spler_h, p.fixmedins_code, COUNT(*) AS lines, SUM(p.purc_retn_cnt) AS cnt, MIN(p.purc_retn_stoin_time) AS first, MAX(p.purc_retn_stoin_time) AS last
  FROM purcinfo_3503 p JOIN supplier s ON s.spler_name = p.spler_name
  GROUP BY 1, 2
),
boxes AS (SELECT spler_h, fixmedins_code, COUNT(*) AS codes FROM purchase WHERE spler_h IS NOT NULL GROUP BY 1, 2)
SELECT s.spler_h AS start_key, s.fixmedins_code AS end_key, s.lines, COALESCE(b.codes, 0) AS codes, CAST(s.cnt AS DOUBLE) AS cnt, s.first, s.last
FROM shipped s LEFT JOIN boxes b ON b.spler_h = s.spler_h AND b.fixmedins_code = s.fixmedins_code
