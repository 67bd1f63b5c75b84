-- One row: an institution that settled the same boxes for one person and later for another, oftener than slips of the scanner explain.
WITH resale AS (
  SELECT * FROM sold_again_here WHERE previous_buyer <> psn_no AND seconds_since >= $same_shop_minutes * 60
)
SELECT 'institution' AS subject_type,
       r.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := r.mdtrt_id, bkkp_sn := r.bkkp_sn, fen := r.inscp_fen))) AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(row_id := r.row_id, fen := CAST(0 AS BIGINT)))
                 FILTER (WHERE r.source_table = 'drug_trac_3513')) AS drug_trac_3513_rows,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(row_id := r.row_id, fen := CAST(0 AS BIGINT)))
                 FILTER (WHERE r.source_table = 'selinfo_3505')) AS selinfo_3505_rows,
       COUNT(DISTINCT r.drug_trac_codg) AS codes,
       COUNT(DISTINCT r.psn_no) AS persons,
       MAX(v.usual_rate) AS usual_rate
FROM resale r
JOIN scan_slip v ON v.fixmedins_code = r.fixmedins_code
GROUP BY r.fixmedins_code
-- more than the shop's share of everybody's slips, and than chance adds to it
HAVING COUNT(DISTINCT r.drug_trac_codg)
       >= $min_codes + MAX(v.sales * v.usual_rate) * $times + $z * SQRT(MAX(v.sales * v.usual_rate) * $times)
ORDER BY r.fixmedins_code
