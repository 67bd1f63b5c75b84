-- One row: an institution that scanned the boxes of one drug and billed another.
WITH wrong AS (
  SELECT o.*
  FROM box_origin o
  WHERE o.true_ingredient <> o.billed_ingredient
),
mixed_up AS (
  -- two boxes of one bill, scanned against each other's line: the true drug is on the bill as well
  SELECT DISTINCT w.setl_id, w.true_ingredient
  FROM wrong w
  JOIN box_origin o ON o.setl_id = w.setl_id AND o.billed_ingredient = w.true_ingredient
),
clear AS (
  SELECT w.*
  FROM wrong w
  ANTI JOIN mixed_up m ON m.setl_id = w.setl_id AND m.true_ingredient = w.true_ingredient
),
mapping_error AS (
  -- the same pair of drugs at most of the institutions that sell the billed drug: an error of the supplier's list
  SELECT c.true_ingredient, c.billed_ingredient
  FROM (SELECT true_ingredient, billed_ingredient, COUNT(DISTINCT fixmedins_code) AS doing FROM clear GROUP BY ALL) c
  JOIN (SELECT billed_ingredient, COUNT(DISTINCT fixmedins_code) AS selling FROM box_origin GROUP BY billed_ingredient) s
    ON s.billed_ingredient = c.billed_ingredient
  WHERE s.selling >= $mapping_min AND c.doing > s.selling * $mapping_share
),
rate AS (
  SELECT v.fixmedins_code, v.sales, CAST(COALESCE(c.codes, 0) AS DOUBLE) / CAST(v.sales AS DOUBLE) AS rate
  FROM (SELECT fixmedins_code, COUNT(*) AS sales FROM box_origin GROUP BY fixmedins_code) v
  LEFT JOIN (SELECT fixmedins_code, COUNT(*) AS codes FROM clear GROUP BY fixmedins_code) c ON c.fixmedins_code = v.fixmedins_code
),
usual AS (
  SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate
)
SELECT 'institution' AS subject_type,
       c.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := c.mdtrt_id, bkkp_sn := c.bkkp_sn, fen := c.inscp_fen))) AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(row_id := c.row_id, fen := CAST(0 AS BIGINT)))
                 FILTER (WHERE c.source_table = 'drug_trac_3513')) AS drug_trac_3513_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(row_id := c.row_id, fen := CAST(0 AS BIGINT)))
                 FILTER (WHERE c.source_table = 'selinfo_3505')) AS selinfo_3505_rows,
       COUNT(DISTINCT c.drug_trac_codg) AS codes,
       COUNT(DISTINCT c.true_ingredient || c.billed_ingredient) AS pairs_of_drugs
FROM clear c
ANTI JOIN mapping_error e ON e.true_ingredient = c.true_ingredient AND e.billed_ingredient = c.billed_ingredient
JOIN rate r ON r.fixmedins_code = c.fixmedins_code
CROSS JOIN usual u
GROUP BY c.fixmedins_code
HAVING COUNT(DISTINCT c.drug_trac_codg)
       >= $min_codes + MAX(r.sales * u.usual_rate) * $times + $z * SQRT(MAX(r.sales * u.usual_rate) * $times)
ORDER BY c.fixmedins_code
