-- One row: an institution and a drug that it billed and, by its own stock records, never had.
WITH line AS (
  SELECT l.*, f.first_count
  FROM drug_line l
  JOIN stock_feed f ON f.fixmedins_code = l.fixmedins_code
  ANTI JOIN drug_supply s ON s.fixmedins_code = l.fixmedins_code AND s.ingredient_form = l.ingredient_form
  WHERE f.known >= $feed AND CAST(l.fee_ocur_time AS DATE) > f.first_count
)
SELECT 'institution' AS subject_type,
       fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS fee_list_d_rows,
       ingredient_form,
       CAST(SUM(cnt) AS DOUBLE) AS packs,
       COUNT(DISTINCT psn_no) AS persons,
       MIN(first_count) AS counted_since
FROM line
GROUP BY fixmedins_code, ingredient_form
HAVING SUM(cnt) >= $min_cnt
ORDER BY fixmedins_code, ingredient_form
