-- One row: a doctor, and the lines whose daily dose is above the label.
SELECT 'doctor' AS subject_type,
       l.bilg_dr_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn,
           fen := CAST(ROUND(CAST(l.inscp_fen AS DOUBLE) * (1 - l.max_daily_dose * $tolerance / l.daily_dose), 0) AS BIGINT)))) AS fee_list_d_rows,
       COUNT(DISTINCT l.psn_no) AS persons,
       MAX(l.daily_dose / l.max_daily_dose) AS most_over_label
FROM drug_course l
-- of drugs whose label is known
SEMI JOIN kb_drug k ON k.med_list_codg = l.med_list_codg
WHERE l.bilg_dr_code IS NOT NULL
  AND l.supply_days > $loading_days
  AND l.daily_dose > l.max_daily_dose * $tolerance
  AND (l.daily_dose - l.max_daily_dose) * l.supply_days >= l.pack_content
GROUP BY l.bilg_dr_code
HAVING COUNT(DISTINCT l.mdtrt_id || l.bkkp_sn) >= $min_lines
ORDER BY l.bilg_dr_code
