-- One row: an institution, and the maternity drugs that it claimed for visits without maternity.
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       COUNT(DISTINCT l.subject_name) AS items,
       COUNT(DISTINCT l.psn_no) AS persons,
       MIN(l.point) AS point
FROM patient_line l
JOIN (
  SELECT mdtrt_id, COUNT_IF(substr(diag_code, 1, 1) = 'O' OR substr(diag_code, 1, 2) = 'Z3') > 0 AS expecting FROM visit_diagnosis GROUP BY mdtrt_id
) d ON d.mdtrt_id = l.mdtrt_id
WHERE l.rule_kind = 'drug_maternity_only'
  AND COALESCE(l.insutype, '') <> '510'
  AND substr(l.med_type, 1, 2) NOT IN ('51', '52', '53')
  AND NOT l.may_be_child
  AND NOT d.expecting
GROUP BY l.fixmedins_code
ORDER BY l.fixmedins_code
