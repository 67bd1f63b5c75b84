-- One row: a hospital with a store and an article: pieces billed while the store's book ran, pieces handed out to departments less what came back,
-- and its group (therapeutic group of a drug, class of a consumable).
-- kept: what is missing and what is left over are both read from it
WITH span AS (
  SELECT fixmedins_code, MIN(CAST(move_time AS DATE)) AS since, MAX(CAST(move_time AS DATE)) AS until FROM hosp_stock GROUP BY fixmedins_code
),
moved AS (
  SELECT fixmedins_code, med_list_codg, 0 AS billed, 0 AS fee_fen,
         CASE WHEN move_type = '107' THEN ABS(cnt) ELSE -ABS(cnt) END AS issued
  FROM hosp_stock
  WHERE move_type IN ('106', '107')
  UNION ALL
  SELECT l.fixmedins_code, l.med_list_codg, l.cnt AS billed, l.fee_fen, 0 AS issued
  FROM net_line l
  JOIN span s ON s.fixmedins_code = l.fixmedins_code AND CAST(l.fee_ocur_time AS DATE) >= s.since AND CAST(l.fee_ocur_time AS DATE) <= s.until
  -- what the bureau's desk typed from papers was used elsewhere
  ANTI JOIN desk_entry e ON e.mdtrt_id = l.mdtrt_id
  WHERE l.list_type IN ('101', '103', '301')
)
SELECT m.fixmedins_code, m.med_list_codg, substr(m.med_list_codg, 1, 4) AS article_group, MAX(s.since) AS since, MAX(s.until) AS until,
       CAST(SUM(m.billed) AS DOUBLE) AS billed, CAST(SUM(m.issued) AS DOUBLE) AS issued,
       CASE WHEN SUM(m.billed) > 0 THEN CAST(SUM(m.fee_fen) AS DOUBLE) / CAST(SUM(m.billed) AS DOUBLE) END AS fen
FROM moved m
JOIN span s ON s.fixmedins_code = m.fixmedins_code
GROUP BY m.fixmedins_code, m.med_list_codg, substr(m.med_list_codg, 1, 4)
