-- One row: a person, and the lines of an ingredient that came while the stock at home would still last.
SELECT 'patient' AS subject_type,
       psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn,
           fen := CAST(ROUND(CAST(inscp_fen AS DOUBLE) * LEAST(in_reserve - $overlap_days, supply_days) / supply_days, 0) AS BIGINT)))) AS fee_list_d_rows,
       ingredient AS item,
       MAX(in_reserve) AS days_in_reserve,
       COUNT(DISTINCT fixmedins_code) AS institutions
FROM drug_reserve
WHERE in_reserve > $overlap_days
GROUP BY psn_no, ingredient
HAVING COUNT(*) >= $min_lines
ORDER BY psn_no, ingredient
