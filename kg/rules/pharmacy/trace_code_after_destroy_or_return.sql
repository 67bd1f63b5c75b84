-- One row: an institution that billed boxes which it had destroyed or sent back, and which never came in again.
WITH ghost AS (
  SELECT s.fixmedins_code, s.drug_trac_codg, s.mdtrt_id, s.bkkp_sn, s.inscp_fen, g.source_table, g.row_id, g.how
  FROM live_sale s
  JOIN code_departure g ON g.drug_trac_codg = s.drug_trac_codg AND g.fixmedins_code = s.fixmedins_code
   AND CAST(FLOOR(epoch(s.sold_at)) AS BIGINT) - CAST(FLOOR(epoch(g.went_at)) AS BIGINT) >= $clock_tolerance_minutes * 60
  ANTI JOIN code_arrival a ON a.drug_trac_codg = s.drug_trac_codg AND a.fixmedins_code = s.fixmedins_code
                          AND a.came_at >= g.went_at AND a.came_at <= s.sold_at
),
shop AS (
  SELECT v.fixmedins_code, v.sales, COALESCE(g.codes, 0) AS codes, CAST(COALESCE(g.codes, 0) AS DOUBLE) / CAST(v.sales AS DOUBLE) AS rate
  FROM (SELECT fixmedins_code, COUNT(*) AS sales FROM live_sale GROUP BY fixmedins_code) v
  LEFT JOIN (SELECT fixmedins_code, COUNT(DISTINCT drug_trac_codg) AS codes FROM ghost GROUP BY fixmedins_code) g
         ON g.fixmedins_code = v.fixmedins_code
),
usual AS (
  SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM shop
)
SELECT 'institution' AS subject_type,
       g.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := g.mdtrt_id, bkkp_sn := g.bkkp_sn, fen := g.inscp_fen))) AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(row_id := g.row_id, fen := CAST(0 AS BIGINT)))
                 FILTER (WHERE g.source_table = 'invchg_3502')) AS invchg_3502_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(row_id := g.row_id, fen := CAST(0 AS BIGINT)))
                 FILTER (WHERE g.source_table = 'purcretn_3504')) AS purcretn_3504_rows,
       COUNT(DISTINCT g.drug_trac_codg) AS codes,
       COUNT(DISTINCT g.drug_trac_codg) FILTER (WHERE g.how = 'destroyed') AS destroyed
FROM ghost g
JOIN shop s ON s.fixmedins_code = g.fixmedins_code
CROSS JOIN usual u
GROUP BY g.fixmedins_code
HAVING COUNT(DISTINCT g.drug_trac_codg)
       >= $min_codes + MAX(s.sales * u.usual_rate) * $times + $z * SQRT(MAX(s.sales * u.usual_rate) * $times)
ORDER BY g.fixmedins_code
