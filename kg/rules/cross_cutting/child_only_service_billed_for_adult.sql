-- One row: an institution, and the services for the young that it billed for older patients.
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       COUNT(DISTINCT l.subject_name) AS items,
       COUNT(DISTINCT l.psn_no) AS persons,
       MIN(l.point) AS point
FROM patient_line l
WHERE l.rule_kind = 'child_only_service_billed_for_adult'
  AND NOT l.may_be_child
  AND l.years * 365.25 > CASE l.limit_value WHEN 'newborn' THEN $newborn_days + $preterm_extra_days
                                            WHEN 'infant' THEN $infant_years * 365.25 ELSE $child_years * 365.25 END
GROUP BY l.fixmedins_code
HAVING COUNT(DISTINCT l.psn_no) >= $min_persons
ORDER BY l.fixmedins_code
