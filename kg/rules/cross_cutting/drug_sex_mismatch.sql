-- One row: an institution, and the drugs for one sex that it billed to the other.
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       COUNT(DISTINCT l.subject_name) AS items,
       COUNT(DISTINCT l.psn_no) AS persons,
       MIN(l.point) AS point
FROM patient_line l
WHERE l.rule_kind = 'drug_sex_mismatch'
  AND l.sex <> l.limit_value
  AND NOT (l.may_be_child AND $allow_newborn_under_mother)
GROUP BY l.fixmedins_code
HAVING COUNT(DISTINCT l.psn_no) >= $min_persons
ORDER BY l.fixmedins_code
