-- One row: a person, and the lines of an ingredient that came while the stock at home would still last.
WITH fill AS (
  SELECT l.*, date_diff('day', CAST(MIN(l.day) OVER own AS DATE), CAST(l.day AS DATE)) AS since_first,
         SUM(l.supply_days) OVER own - l.supply_days AS supplied_before
  FROM drug_course l
  ANTI JOIN code_group g ON g.list_name = 'med_type' AND g.group_name = 'inpatient' AND g.code = substr(l.med_type, 1, 2)
  WHERE l.supply_days IS NOT NULL AND l.systemic
  WINDOW own AS (PARTITION BY l.psn_no, l.ingredient ORDER BY l.fee_ocur_time, l.mdtrt_id, l.bkkp_sn ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
early AS (
  SELECT *, supplied_before - since_first AS in_reserve FROM fill
)
SELECT 'patient' AS subject_type,
       psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn,
           fen := CAST(ROUND(CAST(inscp_fen AS DOUBLE) * LEAST(in_reserve - $overlap_days, supply_days) / supply_days, 0) AS BIGINT)))) AS fee_list_d_rows,
       ingredient AS item,
       MAX(in_reserve) AS days_in_reserve,
       COUNT(DISTINCT fixmedins_code) AS institutions
FROM early
WHERE in_reserve > $overlap_days
GROUP BY psn_no, ingredient
HAVING COUNT(*) >= $min_lines
ORDER BY psn_no, ingredient
