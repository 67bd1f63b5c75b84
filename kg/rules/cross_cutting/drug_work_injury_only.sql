-- One row: an institution, and the work-injury drugs that it settled under basic insurance.
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       COUNT(DISTINCT l.subject_name) AS items,
       COUNT(DISTINCT l.psn_no) AS persons,
       MIN(l.point) AS point
FROM point_line l
SEMI JOIN code_group g ON g.list_name = 'insutype' AND g.group_name = 'basic' AND g.code = l.insutype
WHERE l.rule_kind = 'drug_work_injury_only'
GROUP BY l.fixmedins_code
ORDER BY l.fixmedins_code
