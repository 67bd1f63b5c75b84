-- One row: an institution whose employee's face passes for its patients on several days, and what was billed for them on those days.
WITH employee AS (
  SELECT DISTINCT m.fixmedins_code, m.stff_code, o.psn_no, o.template_id, h.household
  FROM medstff_b m
  JOIN psn_b p ON p.certno_h = m.certno_h
  JOIN own_face o ON o.psn_no = p.psn_no AND o.days >= $sure_days AND o.steady >= $feed
  JOIN household h ON h.psn_no = p.psn_no
),
task AS (
  SELECT DISTINCT c.check_id, c.psn_no, c.fixmedins_code, CAST(c.check_time AS DATE) AS day, e.stff_code
  FROM face_check c
  JOIN employee e ON e.template_id = c.template_id AND e.fixmedins_code = c.fixmedins_code AND e.psn_no <> c.psn_no
  LEFT JOIN household h ON h.psn_no = c.psn_no
  WHERE c.result = 'pass' AND c.check_kind IN ('admission', 'daily_ward', 'spot_check', 'dialysis_in', 'dialysis_out', 'rehab_in', 'rehab_out')
    AND COALESCE(h.household, c.psn_no) <> e.household
),
billed AS (
  SELECT DISTINCT t.fixmedins_code, l.mdtrt_id, l.bkkp_sn, l.inscp_fen
  FROM task t
  JOIN net_line l ON l.psn_no = t.psn_no AND l.fixmedins_code = t.fixmedins_code AND CAST(l.fee_ocur_time AS DATE) = t.day
),
bill AS (
  SELECT fixmedins_code, LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS rows_of
  FROM billed
  GROUP BY fixmedins_code
)
SELECT 'institution' AS subject_type,
       t.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(check_id := t.check_id, fen := CAST(0 AS BIGINT)))) AS face_check_rows,
       b.rows_of AS fee_list_d_rows,
       COUNT(DISTINCT t.stff_code) AS employees,
       COUNT(DISTINCT t.psn_no) AS patients,
       COUNT(DISTINCT t.day) AS days
FROM task t
LEFT JOIN bill b ON b.fixmedins_code = t.fixmedins_code
GROUP BY t.fixmedins_code, b.rows_of
HAVING COUNT(DISTINCT t.day) >= $min_days
ORDER BY t.fixmedins_code
