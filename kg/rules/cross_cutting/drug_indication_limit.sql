-- One row: an institution, and the limited drugs that it claimed as payable without an accepted diagnosis.
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.med_list_codg) AS item,
       COUNT(DISTINCT l.med_list_codg) AS items,
       COUNT(DISTINCT l.psn_no) AS persons
FROM limited_use l
WHERE l.claimed_payable AND l.diagnosed AND NOT l.supported
GROUP BY l.fixmedins_code
HAVING COUNT(DISTINCT l.psn_no) >= $min_persons
ORDER BY l.fixmedins_code
