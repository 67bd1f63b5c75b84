-- One row: an institution, and the first course of second-line drugs that it gave to persons without a first line.
WITH known AS (
  SELECT psn_no, MIN(fee_ocur_time) AS since FROM net_line GROUP BY psn_no
),
first_use AS (
  SELECT psn_no, subject_name, MIN(fee_ocur_time) AS at FROM point_line WHERE rule_kind = 'drug_second_line_without_first_line' GROUP BY psn_no, subject_name
),
accepted AS (
  SELECT DISTINCT subject_name, pair_code FROM point_line WHERE rule_kind = 'drug_second_line_without_first_line' AND pair_code IS NOT NULL
),
treated AS (
  SELECT DISTINCT f.psn_no, f.subject_name
  FROM first_use f
  JOIN accepted a ON a.subject_name = f.subject_name
  JOIN net_line n ON n.psn_no = f.psn_no AND n.med_list_codg LIKE a.pair_code || '%' AND n.fee_ocur_time < f.at
)
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       COUNT(DISTINCT l.psn_no) AS persons,
       MIN(l.point) AS point
FROM point_line l
JOIN first_use f ON f.psn_no = l.psn_no AND f.subject_name = l.subject_name AND CAST(f.at AS DATE) = l.day
JOIN known k ON k.psn_no = l.psn_no
ANTI JOIN treated t ON t.psn_no = l.psn_no AND t.subject_name = l.subject_name
WHERE l.rule_kind = 'drug_second_line_without_first_line'
  AND l.pair_code IS NOT NULL
  AND date_diff('day', CAST(k.since AS DATE), CAST(f.at AS DATE)) >= $lookback_days
GROUP BY l.fixmedins_code
HAVING COUNT(DISTINCT l.psn_no) >= $min_persons
ORDER BY l.fixmedins_code
