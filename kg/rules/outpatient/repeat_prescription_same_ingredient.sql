-- One row: a person, and the fetches by which the stock of an ingredient at home grew beyond what it had ever been.
WITH grown AS (
  SELECT *, GREATEST(CAST($overlap_days AS DOUBLE), COALESCE(MAX(in_reserve) OVER own, 0)) AS most_before
  FROM drug_reserve
  WINDOW own AS (PARTITION BY psn_no, ingredient ORDER BY day, in_reserve ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT 'patient' AS subject_type,
       psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn,
           fen := CAST(ROUND(CAST(inscp_fen AS DOUBLE) * LEAST(in_reserve - most_before, supply_days) / supply_days, 0) AS BIGINT)))) AS fee_list_d_rows,
       ingredient AS item,
       MAX(in_reserve) AS days_in_reserve,
       COUNT(DISTINCT day) AS days_of_fetching,
       COUNT(DISTINCT fixmedins_code) AS institutions
FROM grown
WHERE in_reserve > most_before
GROUP BY psn_no, ingredient
HAVING COUNT(DISTINCT day) >= $min_days
ORDER BY psn_no, ingredient
