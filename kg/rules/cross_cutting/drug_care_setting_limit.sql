-- One row: an institution, and the inpatient drugs that it settled outside a stay.
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       COUNT(DISTINCT l.subject_name) AS items,
       COUNT(DISTINCT l.psn_no) AS persons,
       MIN(l.point) AS point
FROM point_line l
ANTI JOIN code_group g ON g.list_name = 'med_type' AND g.group_name = 'inpatient' AND g.code = substr(l.med_type, 1, 2)
ANTI JOIN stay s ON s.psn_no = l.psn_no
  AND CAST(FLOOR(epoch(s.begntime)) AS BIGINT) - CAST(FLOOR(epoch(l.fee_ocur_time)) AS BIGINT) <= $stay_within_hours * 3600
  AND (s.ends_at IS NULL OR s.ends_at >= l.fee_ocur_time)
WHERE l.rule_kind = 'drug_care_setting_limit'
  AND l.med_type <> '2105'
  AND NOT ($allow_home_bed AND substr(l.med_type, 1, 2) = '71')
  AND NOT (COALESCE(l.exception, '') = 'emergency' AND substr(l.med_type, 1, 2) IN ('13', '24'))
GROUP BY l.fixmedins_code
ORDER BY l.fixmedins_code
