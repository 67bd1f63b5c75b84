-- One row: a stay with a second diagnosis that nothing on the bill speaks for, in a hospital that adds such diagnoses far oftener than the usual one.
WITH weight AS (
  SELECT substr(diag_prefix, 1, 3) AS illness, MAX(severity_weight) AS severity FROM kb_dx_group GROUP BY substr(diag_prefix, 1, 3)
),
second AS (
  SELECT d.mdtrt_id, d.fixmedins_code, d.illness, d.signs, d.shown
  FROM diagnosis_support d
  JOIN stay_bill b ON b.mdtrt_id = d.mdtrt_id
  LEFT JOIN weight w ON w.illness = d.illness
  -- where the library weighs illnesses, only those that raise the payment
  WHERE NOT d.main AND COALESCE(w.severity, 1) > 0
),
added AS (
  SELECT * FROM second WHERE shown = 0
),
rate AS (
  SELECT fixmedins_code, COUNT(*) AS coded, COUNT_IF(shown = 0) AS bare, CAST(COUNT_IF(shown = 0) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS rate
  FROM second
  GROUP BY fixmedins_code
),
habit AS (
  -- an old illness may be kept in check with the patient's own drugs: that happens in every hospital
  SELECT r.fixmedins_code, r.rate, u.usual_rate
  FROM rate r
  CROSS JOIN (SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate) u
  WHERE r.bare >= $min_codes + r.coded * u.usual_rate * $times + $z * SQRT(r.coded * u.usual_rate * $times)
)
SELECT 'encounter' AS subject_type,
       a.mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_list_diag_id := d.setl_list_diag_id, fen := CAST(0 AS BIGINT)))) AS setl_list_diag_d_rows,
       MIN(a.illness) AS first_added,
       COUNT(DISTINCT a.illness) AS added,
       ROUND(MAX(h.rate), 4) AS hospital_rate,
       ROUND(MAX(h.usual_rate), 4) AS usual_rate
FROM added a
JOIN habit h ON h.fixmedins_code = a.fixmedins_code
JOIN setl_list_diag_d d ON d.mdtrt_id = a.mdtrt_id AND d.vali_flag = '1' AND substr(d.diag_code, 1, 3) = a.illness
GROUP BY a.mdtrt_id
ORDER BY a.mdtrt_id
