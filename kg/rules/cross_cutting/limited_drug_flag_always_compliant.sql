-- One row: a doctor and a limited drug whose flag is always ticked and whose diagnoses mostly do not fit.
WITH habit AS (
  SELECT bilg_dr_code, med_list_codg, COUNT(*) AS lines,
         CAST(COUNT_IF(claimed_payable) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS ticked,
         CAST(COUNT_IF(claimed_payable AND supported) AS DOUBLE) / CAST(GREATEST(COUNT_IF(claimed_payable), 1) AS DOUBLE) AS supported
  FROM limited_use
  WHERE diagnosed AND claimed_payable IS NOT NULL AND bilg_dr_code IS NOT NULL
  GROUP BY bilg_dr_code, med_list_codg
)
SELECT 'doctor' AS subject_type,
       l.bilg_dr_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       l.med_list_codg AS item,
       MAX(h.ticked) AS ticked_share,
       MAX(h.supported) AS supported_share
FROM limited_use l
JOIN habit h ON h.bilg_dr_code = l.bilg_dr_code AND h.med_list_codg = l.med_list_codg
WHERE h.lines >= $min_n AND h.ticked >= $high AND h.supported <= $low AND l.claimed_payable AND l.diagnosed AND NOT l.supported
GROUP BY l.bilg_dr_code, l.med_list_codg
ORDER BY l.bilg_dr_code, l.med_list_codg
