-- One row: an institution that filed the same picture for several patients; the lines of all but the first.
WITH report AS (
  SELECT e.rpot_id, e.med_list_codg, e.image_no, e.mdtrt_id, e.exam_time, COALESCE(e.psn_no, m.psn_no) AS psn_no, m.fixmedins_code,
         EXTRACT(year FROM e.exam_time) AS year_no
  FROM exam_rpot e
  JOIN mdtrt_d m ON m.mdtrt_id = e.mdtrt_id
  WHERE e.image_no IS NOT NULL AND e.exam_time IS NOT NULL AND e.med_list_codg IS NOT NULL
),
picture AS (
  SELECT fixmedins_code, med_list_codg, year_no, image_no, COUNT(DISTINCT psn_no) AS persons
  FROM report
  GROUP BY fixmedins_code, med_list_codg, year_no, image_no
),
house AS (
  SELECT fixmedins_code
  FROM picture
  GROUP BY fixmedins_code
  HAVING COUNT_IF(persons > 1) <= COUNT(*) * $most AND (COUNT_IF(persons > 1) >= $min_pictures OR MAX(persons) >= $min_patients)
),
shared AS (
  -- the first patient to be examined owns the picture
  SELECT r.*, ROW_NUMBER() OVER (PARTITION BY r.fixmedins_code, r.med_list_codg, r.year_no, r.image_no ORDER BY r.exam_time, r.rpot_id) AS nth
  FROM report r
  SEMI JOIN house h ON h.fixmedins_code = r.fixmedins_code
  SEMI JOIN picture p ON p.persons > 1 AND p.fixmedins_code = r.fixmedins_code AND p.med_list_codg = r.med_list_codg AND p.year_no = r.year_no
                     AND p.image_no = r.image_no
),
owner AS (
  SELECT fixmedins_code, med_list_codg, year_no, image_no, psn_no FROM shared WHERE nth = 1
),
again AS (
  SELECT s.*
  FROM shared s
  JOIN owner o ON o.fixmedins_code = s.fixmedins_code AND o.med_list_codg = s.med_list_codg AND o.year_no = s.year_no AND o.image_no = s.image_no
              AND o.psn_no <> s.psn_no
),
line AS (
  SELECT DISTINCT a.fixmedins_code, l.mdtrt_id, l.bkkp_sn, l.inscp_fen
  FROM again a
  JOIN net_line l ON l.mdtrt_id = a.mdtrt_id AND l.med_list_codg = a.med_list_codg
   AND ABS(date_diff('day', CAST(l.fee_ocur_time AS DATE), CAST(a.exam_time AS DATE))) <= 1
),
bill AS (
  SELECT fixmedins_code, LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS rows_of
  FROM line
  GROUP BY fixmedins_code
)
SELECT 'institution' AS subject_type,
       a.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(rpot_id := a.rpot_id, med_list_codg := a.med_list_codg, fen := CAST(0 AS BIGINT)))) AS exam_rpot_rows,
       b.rows_of AS fee_list_d_rows,
       COUNT(DISTINCT a.image_no) AS pictures,
       COUNT(DISTINCT a.psn_no) AS patients
FROM again a
LEFT JOIN bill b ON b.fixmedins_code = a.fixmedins_code
GROUP BY a.fixmedins_code, b.rows_of
ORDER BY a.fixmedins_code
