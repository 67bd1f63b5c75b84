-- One row: an institution, and the training for work that it billed for persons who cannot be employed.
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       COUNT(DISTINCT l.subject_name) AS items,
       COUNT(DISTINCT l.psn_no) AS persons,
       MIN(l.point) AS point
FROM patient_line l
WHERE l.rule_kind = 'service_age_limit_exceeded'
  AND (l.years * 365.25 >= CASE WHEN l.sex = 'female' THEN $retire_age_female ELSE $retire_age_male END * 365.25 + $grace_days
       OR (l.born IS NOT NULL AND l.years * 365.25 < $min_age * 365.25 - $grace_days))
GROUP BY l.fixmedins_code
HAVING COUNT(DISTINCT l.psn_no) >= $min_persons
ORDER BY l.fixmedins_code
