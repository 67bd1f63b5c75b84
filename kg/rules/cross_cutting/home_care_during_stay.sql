-- One row: a patient and a provider of care at home, billed for days inside the patient's stay in a hospital.
WITH care AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, CAST(l.fee_ocur_time AS DATE) AS day, l.inscp_fen
  FROM net_line l
  LEFT JOIN mdtrt_d m ON m.mdtrt_id = l.mdtrt_id
  WHERE (l.list_type = '501' OR substr(m.med_type, 1, 2) = '71') AND l.fee_ocur_time IS NOT NULL
),
by_day AS (
  SELECT mdtrt_id FROM care GROUP BY mdtrt_id HAVING COUNT(DISTINCT day) >= $min_days
),
inside AS (
  SELECT DISTINCT c.*, s.mdtrt_id AS stay_id
  FROM care c
  SEMI JOIN by_day b ON b.mdtrt_id = c.mdtrt_id
  JOIN stay s ON s.psn_no = c.psn_no AND s.mdtrt_id <> c.mdtrt_id
   AND date_diff('day', CAST(s.begntime AS DATE), CAST(c.day AS DATE)) >= $margin_days
   AND date_diff('day', CAST(c.day AS DATE), CAST(s.ends_at AS DATE)) >= $margin_days
  ANTI JOIN leave_day v ON v.mdtrt_id = s.mdtrt_id AND v.day = c.day
)
SELECT 'patient' AS subject_type,
       psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS fee_list_d_rows,
       COUNT(DISTINCT day) AS days,
       MIN(stay_id) AS lay_in
FROM inside
GROUP BY psn_no, fixmedins_code
ORDER BY psn_no, fixmedins_code
