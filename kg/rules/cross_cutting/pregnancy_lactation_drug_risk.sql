-- One row: a woman, and the drugs on her card that nobody takes in her state.
WITH sign AS (
  SELECT m.psn_no, m.mdtrt_id, CAST(m.begntime AS DATE) AS day, substr(m.med_type, 1, 2) = '52' AS birth, CAST(m.geso_val AS DOUBLE) AS weeks
  FROM mdtrt_d m
  LEFT JOIN (SELECT DISTINCT mdtrt_id FROM visit_diagnosis WHERE substr(diag_code, 1, 1) = 'O' OR substr(diag_code, 1, 3) = 'Z34') d
    ON d.mdtrt_id = m.mdtrt_id
  WHERE m.begntime IS NOT NULL AND (m.matn_type IS NOT NULL OR m.geso_val IS NOT NULL OR d.mdtrt_id IS NOT NULL)
),
ended AS (
  SELECT DISTINCT m.psn_no
  FROM mdtrt_d m
  JOIN visit_diagnosis d ON d.mdtrt_id = m.mdtrt_id
  WHERE substr(d.diag_code, 1, 3) IN ('O00', 'O01', 'O02', 'O03', 'O04', 'O05', 'O06', 'O07', 'O08')
),
span AS (
  SELECT psn_no, MIN(CASE WHEN weeks > 0 THEN day - CAST(FLOOR(weeks * 7) AS INTEGER) ELSE day END) AS from_day,
         COALESCE(MAX(day) FILTER (WHERE birth) + $lactation_days, MAX(day)) AS to_day
  FROM sign
  GROUP BY psn_no
  HAVING date_diff('day', CAST(MIN(day) AS DATE), CAST(MAX(day) AS DATE)) <= $pregnancy_days
)
SELECT 'patient' AS subject_type,
       l.psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       MIN(l.point) AS point
FROM point_line l
JOIN span s ON s.psn_no = l.psn_no AND l.day >= s.from_day AND l.day <= s.to_day
ANTI JOIN ended e ON e.psn_no = l.psn_no
ANTI JOIN sign n ON n.mdtrt_id = l.mdtrt_id
WHERE l.rule_kind = 'pregnancy_lactation_drug_risk'
GROUP BY l.psn_no
HAVING COUNT(*) >= $min_lines
ORDER BY l.psn_no
