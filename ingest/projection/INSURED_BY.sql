-- Begin and end come from the contribution register; an open end stays open.
WITH insured AS (
  SELECT psn_no, emp_no, begndate, enddate, true AS registered FROM psn_insu_d
  UNION ALL SELECT DISTINCT psn_no, emp_no, CAST(NULL AS DATE), CAST(NULL AS DATE), false FROM mdtrt_d WHERE vali_flag = '1'
  UNION ALL SELECT DISTINCT psn_no, emp_no, CAST(NULL AS DATE), CAST(NULL AS DATE), false FROM setl_d WHERE vali_flag = '1'
)
SELECT
  psn_no AS start_key,
  emp_no AS end_key,
  MIN(begndate) AS begndate,
  CASE WHEN COUNT(*) FILTER (WHERE registered AND enddate IS NULL) = 0 THEN MAX(enddate) END AS enddate
FROM insured
WHERE emp_no IS NOT NULL
GROUP BY 1, 2
