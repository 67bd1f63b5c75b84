-- One row: an institution that billed boxes which it had sold for cash before.
WITH cash AS (
  SELECT drug_trac_codg, fixmedins_code, psn_no, sold_at, source_table, row_id FROM box_sale WHERE NOT insured AND NOT split
),
again AS (
  SELECT s.fixmedins_code, s.drug_trac_codg, s.mdtrt_id, s.bkkp_sn, s.inscp_fen, c.source_table, c.row_id
  FROM live_sale s
  JOIN cash c ON c.drug_trac_codg = s.drug_trac_codg AND c.fixmedins_code = s.fixmedins_code AND c.sold_at < s.sold_at
  -- it came back over the counter, or came in anew
  ANTI JOIN returned_box r ON r.drug_trac_codg = s.drug_trac_codg AND r.fixmedins_code = s.fixmedins_code
  ANTI JOIN code_arrival a ON a.drug_trac_codg = s.drug_trac_codg AND a.fixmedins_code = s.fixmedins_code
                          AND a.came_at > c.sold_at AND a.came_at <= s.sold_at
  -- the card was fetched: the same buyer, or one whom the cash sale does not name, within the day
  WHERE COALESCE(c.psn_no, s.psn_no) <> s.psn_no
     OR CAST(FLOOR(epoch(s.sold_at)) AS BIGINT) - CAST(FLOOR(epoch(c.sold_at)) AS BIGINT) > $window_hours * 3600
),
shop AS (
  SELECT v.fixmedins_code, v.sales, CAST(COALESCE(g.codes, 0) AS DOUBLE) / CAST(v.sales AS DOUBLE) AS rate
  FROM (SELECT fixmedins_code, COUNT(*) AS sales FROM live_sale GROUP BY fixmedins_code) v
  LEFT JOIN (SELECT fixmedins_code, COUNT(DISTINCT drug_trac_codg) AS codes FROM again GROUP BY fixmedins_code) g
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
       COUNT(DISTINCT g.drug_trac_codg) AS codes
FROM again g
JOIN shop s ON s.fixmedins_code = g.fixmedins_code
CROSS JOIN usual u
GROUP BY g.fixmedins_code
HAVING COUNT(DISTINCT g.drug_trac_codg)
       >= $min_codes + MAX(s.sales * u.usual_rate) * $times + $z * SQRT(MAX(s.sales * u.usual_rate) * $times)
ORDER BY g.fixmedins_code
