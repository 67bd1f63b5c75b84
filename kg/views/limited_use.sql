-- One row: a paid line of a drug whose payable diagnoses the library knows. claimed_payable: the bill says that the limit is met. diagnosed: the
-- visit has a coded diagnosis; without one nothing is known. supported: one of them is payable.
-- kept: two rules read it
WITH visit AS (
  SELECT l.mdtrt_id, x.med_list_codg, COUNT_IF(d.diag_code LIKE x.diag_prefix || '%') > 0 AS supported
  FROM (SELECT DISTINCT mdtrt_id, med_list_codg FROM net_line) l
  JOIN kb_drug_dx x ON x.med_list_codg = l.med_list_codg
  JOIN visit_diagnosis d ON d.mdtrt_id = l.mdtrt_id
  GROUP BY l.mdtrt_id, x.med_list_codg
)
SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, l.bilg_dr_code, l.med_list_codg, l.inscp_fen,
       CASE f.lmt_used_flag WHEN '1' THEN true WHEN '0' THEN false END AS claimed_payable,
       CASE WHEN v.mdtrt_id IS NOT NULL THEN true END AS diagnosed, v.supported
FROM net_line l
SEMI JOIN kb_drug_dx k ON k.med_list_codg = l.med_list_codg
  AND (k.valid_from IS NULL OR CAST(l.fee_ocur_time AS DATE) >= k.valid_from) AND (k.valid_to IS NULL OR CAST(l.fee_ocur_time AS DATE) <= k.valid_to)
JOIN fee_list_d f ON f.mdtrt_id = l.mdtrt_id AND f.bkkp_sn = l.bkkp_sn
LEFT JOIN visit v ON v.mdtrt_id = l.mdtrt_id AND v.med_list_codg = l.med_list_codg
WHERE l.inscp_fen > 0
