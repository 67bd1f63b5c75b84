-- One row: an institution, and the drugs outside the scope of its online departments.
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       COUNT(DISTINCT l.subject_name) AS items,
       COUNT(DISTINCT l.psn_no) AS persons,
       MIN(l.point) AS point
FROM point_line l
JOIN fee_list_d f ON f.mdtrt_id = l.mdtrt_id AND f.bkkp_sn = l.bkkp_sn
WHERE l.rule_kind = 'internet_hospital_drug_scope' AND COALESCE(f.bilg_dept_name, '') LIKE '%互联网%'
GROUP BY l.fixmedins_code
ORDER BY l.fixmedins_code
