-- One row a finding: how many of its patients are treated in cycles?
WITH patient AS (
  SELECT DISTINCT finding_id, psn_no FROM hit_row WHERE psn_no IS NOT NULL
), visit AS (
  SELECT DISTINCT psn_no, fixmedins_code, dscg_maindiag_code AS diagnosis, substr(dscg_maindiag_code, 1, 3) AS disease, CAST(begntime AS DATE) AS day
  FROM mdtrt_d WHERE vali_flag = '1' AND psn_no IN (SELECT psn_no FROM patient)
), step AS (
  SELECT psn_no, fixmedins_code, disease, date_diff('day', LAG(day) OVER course, day) AS gap
  FROM visit WHERE disease IS NOT NULL WINDOW course AS (PARTITION BY psn_no, fixmedins_code, disease ORDER BY day)
), rhythm AS (
  SELECT psn_no FROM step WHERE gap > 0 GROUP BY psn_no, fixmedins_code, disease HAVING COUNT(*) >= $intervals AND STDDEV_POP(gap) < $spread
), planned AS (
  SELECT psn_no FROM visit CROSS JOIN (SELECT UNNEST($diagnoses) AS stem) WHERE starts_with(diagnosis, stem)
), cycle AS (SELECT psn_no FROM rhythm UNION SELECT psn_no FROM planned), known AS (
  SELECT psn_no FROM visit WHERE disease IS NOT NULL GROUP BY psn_no
), counted AS (
  SELECT p.finding_id, COUNT(*) AS persons, COUNT(k.psn_no) AS known, COUNT(c.psn_no) AS cycling
  FROM patient AS p LEFT JOIN known AS k ON k.psn_no = p.psn_no LEFT JOIN cycle AS c ON c.psn_no = p.psn_no
  GROUP BY p.finding_id
)
SELECT finding_id, persons, cycling, CASE WHEN known > 0 THEN cycling * 2 >= persons END AS explained, false AS closes
FROM counted
