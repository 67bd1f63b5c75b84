-- One row a finding: does its institutions' mix of patients explain how many of them they admit?
WITH cited AS (          -- diseases of the cited stays
  SELECT DISTINCT h.finding_id, m.fixmedins_code, substr(m.dscg_maindiag_code, 1, 3) AS disease
  FROM hit_row AS h JOIN mdtrt_d AS m ON m.mdtrt_id = h.mdtrt_id
  JOIN code_group AS g ON g.list_name = 'med_type' AND g.group_name = 'inpatient' AND starts_with(m.med_type, g.code)
  WHERE m.dscg_maindiag_code IS NOT NULL
), visit AS (
  SELECT m.fixmedins_code, substr(m.dscg_maindiag_code, 1, 3) AS disease, CAST(FLOOR(m.age / 10) AS INTEGER) AS decade, m.gend, g.code IS NOT NULL AS stay
  FROM mdtrt_d AS m
  LEFT JOIN code_group AS g ON g.list_name = 'med_type' AND g.group_name = 'inpatient' AND starts_with(m.med_type, g.code)
  WHERE m.vali_flag = '1' AND substr(m.dscg_maindiag_code, 1, 3) IN (SELECT disease FROM cited)
), here AS (
  SELECT fixmedins_code, disease, decade, gend, COUNT(*) AS visits, COUNT(*) FILTER (WHERE stay) AS stays FROM visit GROUP BY ALL
), all_of AS (
  SELECT disease, decade, gend, SUM(visits) AS visits, SUM(stays) AS stays FROM here GROUP BY disease, decade, gend
), compared AS (         -- what such patients bring elsewhere
  SELECT h.fixmedins_code, h.disease, h.stays, h.visits * (a.stays - h.stays) / (a.visits - h.visits) AS expected
  FROM here AS h
  JOIN all_of AS a ON a.disease = h.disease AND a.decade IS NOT DISTINCT FROM h.decade AND a.gend IS NOT DISTINCT FROM h.gend
  WHERE a.visits - h.visits >= $elsewhere
), of_place AS (
  SELECT c.finding_id, c.fixmedins_code, SUM(k.stays) AS stays, SUM(k.expected) AS expected
  FROM cited AS c JOIN compared AS k ON k.fixmedins_code = c.fixmedins_code AND k.disease = c.disease
  GROUP BY c.finding_id, c.fixmedins_code HAVING GREATEST(SUM(k.stays), SUM(k.expected)) >= $least
)
SELECT finding_id, COUNT(*) AS places, CAST(SUM(stays) AS BIGINT) AS stays, CAST(ROUND(SUM(expected), 0) AS BIGINT) AS expected,
       COUNT(*) FILTER (WHERE stays <= expected + $deviations * sqrt(expected)) * 2 >= COUNT(*) AS explained,
       false AS closes   -- a usual number may hide false ones
FROM of_place GROUP BY finding_id
