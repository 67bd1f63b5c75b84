-- One row: an institution, and the pairs of drugs that must not meet, billed for one patient on one day. No amount: which one was not given is not known.
WITH drug AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, l.med_list_codg, CAST(l.fee_ocur_time AS DATE) AS day, k.route
  FROM net_line l
  LEFT JOIN kb_drug k ON k.med_list_codg = l.med_list_codg
  WHERE substr(l.list_type, 1, 2) = '10'
),
named AS (
  SELECT DISTINCT x.code_a, x.code_b, d.med_list_codg, d.med_list_codg LIKE x.code_a || '%' AS is_a
  FROM (SELECT DISTINCT med_list_codg FROM drug) d
  JOIN kb_interaction x ON d.med_list_codg LIKE x.code_a || '%' OR d.med_list_codg LIKE x.code_b || '%'
  WHERE x.grade = $grade
),
pair AS (
  SELECT a.fixmedins_code, a.psn_no, a.mdtrt_id, a.bkkp_sn AS first_sn, b.bkkp_sn AS second_sn, na.code_a, na.code_b
  FROM drug a
  JOIN named na ON na.med_list_codg = a.med_list_codg AND na.is_a
  JOIN drug b ON b.mdtrt_id = a.mdtrt_id AND b.day = a.day
  JOIN named nb ON nb.med_list_codg = b.med_list_codg AND NOT nb.is_a AND nb.code_a = na.code_a AND nb.code_b = na.code_b
  WHERE COALESCE(a.route, '') = COALESCE(b.route, '')
),
cited AS (
  SELECT fixmedins_code, psn_no, mdtrt_id, first_sn AS bkkp_sn, code_a, code_b FROM pair
  UNION
  SELECT fixmedins_code, psn_no, mdtrt_id, second_sn AS bkkp_sn, code_a, code_b FROM pair
)
SELECT 'institution' AS subject_type,
       fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := CAST(0 AS BIGINT)))) AS fee_list_d_rows,
       code_a,
       code_b,
       COUNT(DISTINCT psn_no) AS persons
FROM cited
GROUP BY fixmedins_code, code_a, code_b
HAVING COUNT(DISTINCT psn_no) >= $min_persons
ORDER BY fixmedins_code, code_a, code_b
