-- One row: a person who was locked up or abroad, and an institution that billed care for him strictly inside that time.
WITH away AS (
  SELECT p.psn_no, r.kind, r.begndate, r.enddate
  FROM person_registry r
  JOIN psn_b p ON p.certno_h = r.certno_h
  WHERE r.kind IN ('custody', 'exit') AND r.enddate IS NOT NULL
),
inside AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, l.inscp_fen, CAST(l.fee_ocur_time AS DATE) AS day, a.kind, a.begndate, a.enddate
  FROM away a
  JOIN net_line l ON l.psn_no = a.psn_no
   AND date_diff('day', CAST(a.begndate AS DATE), CAST(l.fee_ocur_time AS DATE)) > $margin_days
   AND date_diff('day', CAST(l.fee_ocur_time AS DATE), CAST(a.enddate AS DATE)) > $margin_days
  JOIN mdtrt_d m ON m.mdtrt_id = l.mdtrt_id AND substr(m.med_type, 1, 2) NOT IN ('14', '41')
),
prison_hospital AS (
  SELECT fixmedins_code FROM inside WHERE kind = 'custody' GROUP BY fixmedins_code HAVING COUNT(DISTINCT psn_no) >= $prison_patients
),
here AS (
  SELECT DISTINCT c.psn_no, a.begndate
  FROM face_check c
  JOIN away a ON a.psn_no = c.psn_no AND CAST(c.check_time AS DATE) > a.begndate AND CAST(c.check_time AS DATE) < a.enddate
  WHERE c.result = 'pass' AND COALESCE(c.live_result, 'pass') <> 'fail'
)
SELECT 'patient' AS subject_type,
       i.psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := i.mdtrt_id, bkkp_sn := i.bkkp_sn, fen := i.inscp_fen))) AS fee_list_d_rows,
       MIN(i.kind) AS kept_away_by,
       MIN(i.begndate) AS away_from,
       MAX(i.enddate) AS away_until,
       COUNT(DISTINCT i.day) AS days_billed
FROM inside i
ANTI JOIN prison_hospital p ON p.fixmedins_code = i.fixmedins_code AND i.kind = 'custody'
ANTI JOIN here h ON h.psn_no = i.psn_no AND h.begndate = i.begndate
GROUP BY i.psn_no, i.fixmedins_code
ORDER BY i.psn_no, i.fixmedins_code
