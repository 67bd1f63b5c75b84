-- One row: an institution, and the drugs forbidden for children that it billed for children.
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       COUNT(DISTINCT l.subject_name) AS items,
       COUNT(DISTINCT l.psn_no) AS persons,
       MIN(l.point) AS point
FROM patient_line l
WHERE l.rule_kind = 'drug_forbidden_for_children'
  AND l.born IS NOT NULL
  AND NOT l.may_be_child
  AND l.years * 365.25 < COALESCE(CAST(l.age_to AS DOUBLE), $default_forbidden_below) * 365.25 - $grace_days
GROUP BY l.fixmedins_code
HAVING COUNT(DISTINCT l.psn_no) >= $min_persons
ORDER BY l.fixmedins_code
