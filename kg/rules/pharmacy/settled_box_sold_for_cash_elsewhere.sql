-- One row: an institution that sold for cash boxes which the fund had paid for at another counter before.
WITH cash AS (
  SELECT drug_trac_codg, fixmedins_code, sold_at, source_table, row_id FROM box_sale WHERE NOT insured AND NOT split
),
resold AS (
  SELECT c.fixmedins_code, c.drug_trac_codg, c.source_table, c.row_id, s.mdtrt_id, s.bkkp_sn, s.inscp_fen, s.psn_no
  FROM cash c
  JOIN live_sale s ON s.drug_trac_codg = c.drug_trac_codg AND s.fixmedins_code <> c.fixmedins_code
   AND CAST(FLOOR(epoch(c.sold_at)) AS BIGINT) - CAST(FLOOR(epoch(s.sold_at)) AS BIGINT) >= $min_gap_hours * 3600
  -- whoever had the box before the fund paid for it elsewhere is not the one who copied its code
  ANTI JOIN code_arrival a ON a.drug_trac_codg = c.drug_trac_codg AND a.fixmedins_code = c.fixmedins_code AND a.came_at <= s.sold_at
),
shop AS (
  SELECT v.fixmedins_code, v.sales, CAST(COALESCE(g.codes, 0) AS DOUBLE) / CAST(v.sales AS DOUBLE) AS rate
  FROM (SELECT fixmedins_code, COUNT(*) AS sales FROM cash GROUP BY fixmedins_code) v
  LEFT JOIN (SELECT fixmedins_code, COUNT(DISTINCT drug_trac_codg) AS codes FROM resold GROUP BY fixmedins_code) g
         ON g.fixmedins_code = v.fixmedins_code
),
usual AS (
  SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM shop
)
SELECT 'institution' AS subject_type,
       g.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := g.mdtrt_id, bkkp_sn := g.bkkp_sn, fen := g.inscp_fen))) AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(row_id := g.row_id, fen := CAST(0 AS BIGINT)))
                 FILTER (WHERE g.source_table = 'selinfo_3505')) AS selinfo_3505_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(row_id := g.row_id, fen := CAST(0 AS BIGINT)))
                 FILTER (WHERE g.source_table = 'drug_trac_3513')) AS drug_trac_3513_rows,
       COUNT(DISTINCT g.drug_trac_codg) AS codes,
       COUNT(DISTINCT g.psn_no) AS first_buyers
FROM resold g
JOIN shop s ON s.fixmedins_code = g.fixmedins_code
CROSS JOIN usual u
GROUP BY g.fixmedins_code
HAVING COUNT(DISTINCT g.drug_trac_codg)
       >= $min_codes + MAX(s.sales * u.usual_rate) * $times + $z * SQRT(MAX(s.sales * u.usual_rate) * $times)
ORDER BY g.fixmedins_code
