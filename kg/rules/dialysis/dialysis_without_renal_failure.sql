-- One row: a person dialysed again and again of whom no record knows a disease of the kidneys or a poisoning.
WITH session AS (
  SELECT psn_no, fixmedins_code, mdtrt_id, bkkp_sn, day, inscp_fen FROM dialysis_line WHERE kind = 'session' AND day IS NOT NULL
),
daily AS (
  SELECT psn_no, day, COUNT(*) AS billed FROM session GROUP BY psn_no, day
),
course AS (
  SELECT psn_no, COUNT(*) OVER (PARTITION BY psn_no ORDER BY day RANGE BETWEEN INTERVAL 89 DAY PRECEDING AND CURRENT ROW) AS days_in_90 FROM daily
),
coded AS (
  SELECT m.psn_no, d.diag_code,
         -- kidneys, diabetes and hypertension with kidneys, poisoning, care of a shunt, shock, crush, haemolysis, liver and kidneys
         regexp_matches(d.diag_code, '^(N|Z49|Z99|E1|I1|T|R34|R57|D59|K76|M32|O|C64|C90|E87|E85|Q6)') AS renal
  FROM visit_diagnosis d
  JOIN mdtrt_d m ON m.mdtrt_id = d.mdtrt_id
  SEMI JOIN (SELECT DISTINCT psn_no FROM session) s ON s.psn_no = m.psn_no
),
person AS (
  SELECT psn_no, COUNT(*) AS diagnoses, BOOL_OR(renal) AS renal FROM coded GROUP BY psn_no
),
registered AS (
  SELECT DISTINCT psn_no FROM opsp_reg WHERE regexp_matches(COALESCE(dise_name, '肾'), '肾|尿毒|透析')
),
centre AS (
  -- a centre that codes the kidneys of the others
  SELECT s.fixmedins_code, COUNT(*) AS patients, CAST(COUNT_IF(COALESCE(p.renal, FALSE)) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS renal_share
  FROM (SELECT DISTINCT psn_no, fixmedins_code FROM session) s
  LEFT JOIN person p ON p.psn_no = s.psn_no
  GROUP BY s.fixmedins_code
),
hit AS (
  SELECT c.psn_no, MAX(c.days_in_90) AS days_in_90, MAX(p.diagnoses) AS diagnoses
  FROM course c
  JOIN person p ON p.psn_no = c.psn_no AND NOT p.renal
  ANTI JOIN registered r ON r.psn_no = c.psn_no
  WHERE c.days_in_90 > $min_sessions
  GROUP BY c.psn_no
)
SELECT 'patient' AS subject_type,
       s.psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := s.mdtrt_id, bkkp_sn := s.bkkp_sn, fen := s.inscp_fen))) AS fee_list_d_rows,
       MAX(h.days_in_90) AS most_days_in_90,
       MAX(h.diagnoses) AS coded_diagnoses
FROM session s
JOIN hit h ON h.psn_no = s.psn_no
JOIN centre c ON c.fixmedins_code = s.fixmedins_code AND c.renal_share >= $feed
GROUP BY s.psn_no
ORDER BY s.psn_no
