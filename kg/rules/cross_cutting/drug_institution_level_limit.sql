-- One row: an institution, and the drugs that it settled though they are for higher levels.
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       COUNT(DISTINCT l.subject_name) AS items,
       COUNT(DISTINCT l.psn_no) AS persons,
       MIN(l.point) AS point
FROM patient_line l
LEFT JOIN institution i ON i.fixmedins_code = l.fixmedins_code
ANTI JOIN code_group g ON g.list_name = 'hosp_lv' AND g.group_name = l.limit_value
  AND (g.code = l.hosp_lv OR g.code = '0' || l.hosp_lv OR g.code = i.hosp_lv OR g.code = '0' || i.hosp_lv)
WHERE l.rule_kind = 'drug_institution_level_limit'
  AND COALESCE(l.exception, '') <> 'after_first_prescription'
  AND NOT (COALESCE(l.exception, '') = 'eye_hospital_level_two' AND COALESCE(l.fixmedins_name, '') LIKE '%眼%')
  AND l.hosp_lv IS NOT NULL
  AND substr(COALESCE(l.med_type, ''), 1, 2) <> '41'
  AND NOT COALESCE(i.is_shop, false)
GROUP BY l.fixmedins_code
ORDER BY l.fixmedins_code
