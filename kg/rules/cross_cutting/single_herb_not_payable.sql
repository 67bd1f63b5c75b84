-- One row: an institution, and the prescriptions of one herb that is payable in a formula only.
WITH herb AS (
  SELECT mdtrt_id, CAST(fee_ocur_time AS DATE) AS day, COUNT(DISTINCT med_list_codg) AS herbs
  FROM net_line
  WHERE list_type IN ('102', '106')
  GROUP BY mdtrt_id, CAST(fee_ocur_time AS DATE)
)
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       COUNT(DISTINCT l.mdtrt_id) AS visits,
       MIN(l.point) AS point
FROM point_line l
JOIN herb h ON h.mdtrt_id = l.mdtrt_id AND h.day = l.day
WHERE l.rule_kind = 'single_herb_not_payable' AND h.herbs < $min_distinct_herbs
GROUP BY l.fixmedins_code
ORDER BY l.fixmedins_code
