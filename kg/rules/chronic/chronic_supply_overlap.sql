-- One row: a person, and what was fetched of one drug on the chronic benefit while enough lay at home, beyond the longest supply or from door to door.
WITH fetched AS (
  SELECT * FROM drug_reserve WHERE substr(med_type, 1, 2) = '14'
),
doors AS (
  SELECT f.mdtrt_id, f.bkkp_sn, COUNT(DISTINCT e.fixmedins_code) AS doors
  FROM fetched f
  JOIN fetched e ON e.psn_no = f.psn_no AND e.ingredient = f.ingredient
   AND e.day <= f.day AND date_diff('day', CAST(e.day AS DATE), CAST(f.day AS DATE)) < $window_days
  GROUP BY f.mdtrt_id, f.bkkp_sn
),
beyond AS (
  SELECT f.*, d.doors,
         LEAST(CASE WHEN d.doors >= $min_inst AND f.in_reserve >= $in_hand_days THEN f.in_reserve ELSE f.in_reserve + f.supply_days - $max_days END,
               f.supply_days) / f.supply_days AS part
  FROM fetched f
  JOIN doors d ON d.mdtrt_id = f.mdtrt_id AND d.bkkp_sn = f.bkkp_sn
  WHERE f.in_reserve + f.supply_days > $max_days OR (d.doors >= $min_inst AND f.in_reserve >= $in_hand_days)
)
SELECT 'patient' AS subject_type,
       psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn,
                                                fen := CAST(ROUND(CAST(inscp_fen AS DOUBLE) * part, 0) AS BIGINT)))) AS fee_list_d_rows,
       ingredient AS item,
       MAX(in_reserve + supply_days) AS most_days_at_home,
       MAX(doors) AS institutions_in_a_month,
       COUNT(DISTINCT bilg_dr_code) AS prescribers
FROM beyond
GROUP BY psn_no, ingredient
HAVING COUNT(*) >= $min_lines
ORDER BY psn_no, ingredient
