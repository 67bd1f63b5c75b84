-- One row: an institution, and the tests that it repeated for a patient before their period had passed.
WITH used AS (
  SELECT DISTINCT psn_no, fixmedins_code, substr(med_list_codg, 1, 11) AS family, limit_qty, period_days, day
  FROM point_line
  WHERE rule_kind = 'service_period_frequency_exceeded' AND day IS NOT NULL
),
repeat AS (
  SELECT u.psn_no, u.fixmedins_code, u.family, u.day
  FROM used u
  JOIN used e ON e.psn_no = u.psn_no AND e.fixmedins_code = u.fixmedins_code AND e.family = u.family
             AND e.day < u.day AND date_diff('day', CAST(e.day AS DATE), CAST(u.day AS DATE)) < u.period_days
  GROUP BY u.psn_no, u.fixmedins_code, u.family, u.day
  HAVING COUNT(DISTINCT e.day) >= MAX(u.limit_qty)
)
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       COUNT(DISTINCT l.psn_no) AS persons,
       MIN(l.point) AS point
FROM point_line l
JOIN repeat r ON r.psn_no = l.psn_no AND r.fixmedins_code = l.fixmedins_code AND r.family = substr(l.med_list_codg, 1, 11) AND r.day = l.day
WHERE l.rule_kind = 'service_period_frequency_exceeded'
GROUP BY l.fixmedins_code
HAVING COUNT(*) >= $min_lines
ORDER BY l.fixmedins_code
