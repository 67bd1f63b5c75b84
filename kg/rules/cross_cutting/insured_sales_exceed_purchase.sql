-- One row: an institution and a drug of which it billed more than it can have had, cash sales not even taken off.
WITH line AS (
  SELECT l.*
  FROM drug_line l
  JOIN stock_feed f ON f.fixmedins_code = l.fixmedins_code
  SEMI JOIN stock_count c ON c.fixmedins_code = l.fixmedins_code   -- what was there before the first purchase, only a stocktaking knows
  WHERE f.known >= $feed AND CAST(l.fee_ocur_time AS DATE) > f.first_count
),
split AS (
  -- packs opened for dispensing are billed in another unit
  SELECT DISTINCT fixmedins_code, med_list_codg FROM stock_move WHERE split
),
excess AS (
  SELECT l.fixmedins_code, l.ingredient_form, SUM(l.cnt) AS billed, MAX(s.cnt) AS available, CAST(SUM(l.inscp_fen) AS BIGINT) AS inscp_fen
  FROM line l
  JOIN drug_supply s ON s.fixmedins_code = l.fixmedins_code AND s.ingredient_form = l.ingredient_form
  ANTI JOIN split x ON x.fixmedins_code = l.fixmedins_code AND x.med_list_codg = l.med_list_codg
  GROUP BY l.fixmedins_code, l.ingredient_form
  HAVING SUM(l.cnt) > GREATEST(MAX(s.cnt), 0) * (1 + $tolerance)
     AND CAST(SUM(l.inscp_fen) AS DOUBLE) * CAST(SUM(l.cnt) - GREATEST(MAX(s.cnt), 0) AS DOUBLE) / CAST(SUM(l.cnt) AS DOUBLE) >= $min_amount
),
ordered AS (
  -- the surplus is taken from the lines without a box of their own first, then from the latest back
  SELECT l.*, e.billed, e.available,
         SUM(l.cnt) OVER (PARTITION BY l.fixmedins_code, l.ingredient_form
                          ORDER BY CASE WHEN b.bkkp_sn IS NULL THEN 0 ELSE 1 END, l.fee_ocur_time DESC, l.mdtrt_id, l.bkkp_sn
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - l.cnt AS taken
  FROM line l
  JOIN excess e ON e.fixmedins_code = l.fixmedins_code AND e.ingredient_form = l.ingredient_form
  LEFT JOIN (SELECT DISTINCT mdtrt_id, bkkp_sn FROM live_sale WHERE med_list_codg = billed_codg) b
         ON b.mdtrt_id = l.mdtrt_id AND b.bkkp_sn = l.bkkp_sn
)
SELECT 'institution' AS subject_type,
       fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS fee_list_d_rows,
       ingredient_form,
       CAST(MAX(billed) AS DOUBLE) AS packs_billed,
       CAST(MAX(available) AS DOUBLE) AS packs_available
FROM ordered
WHERE taken < billed - GREATEST(available, 0)
GROUP BY fixmedins_code, ingredient_form
ORDER BY fixmedins_code, ingredient_form
