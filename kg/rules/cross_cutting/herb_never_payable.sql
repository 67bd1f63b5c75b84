-- One row: an institution, and the herbs that insurance never pays.
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       COUNT(DISTINCT l.subject_name) AS items,
       COUNT(DISTINCT l.psn_no) AS persons,
       MIN(l.point) AS point
FROM point_line l
WHERE l.rule_kind = 'herb_never_payable' AND l.inscp_fen >= $min_amount
GROUP BY l.fixmedins_code
ORDER BY l.fixmedins_code
