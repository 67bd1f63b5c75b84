-- One row: a doctor, and the prescriptions with a pair of herbs that do not go together.
WITH herb AS (
  SELECT mdtrt_id, bkkp_sn, psn_no, bilg_dr_code, rx_drord_no, med_list_codg, inscp_fen
  FROM net_line
  WHERE list_type IN ('102', '106') AND rx_drord_no IS NOT NULL AND bilg_dr_code IS NOT NULL
),
pair AS (
  SELECT a.bilg_dr_code, a.psn_no, a.mdtrt_id, a.rx_drord_no, x.code_a, x.code_b
  FROM kb_interaction x
  JOIN herb a ON a.med_list_codg = x.code_a
  JOIN herb b ON b.mdtrt_id = a.mdtrt_id AND b.rx_drord_no = a.rx_drord_no AND b.med_list_codg = x.code_b
),
habit AS (
  SELECT bilg_dr_code, code_a, code_b FROM pair GROUP BY bilg_dr_code, code_a, code_b HAVING COUNT(DISTINCT psn_no) >= $min_hits
)
SELECT 'doctor' AS subject_type,
       l.bilg_dr_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       p.code_a,
       p.code_b,
       COUNT(DISTINCT l.psn_no) AS persons
FROM pair p
SEMI JOIN habit h ON h.bilg_dr_code = p.bilg_dr_code AND h.code_a = p.code_a AND h.code_b = p.code_b
JOIN herb l ON l.mdtrt_id = p.mdtrt_id AND l.rx_drord_no = p.rx_drord_no AND l.med_list_codg IN (p.code_a, p.code_b)
GROUP BY l.bilg_dr_code, p.code_a, p.code_b
ORDER BY l.bilg_dr_code, p.code_a, p.code_b
