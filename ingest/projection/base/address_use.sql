-- Who gives which address.
WITH given AS (
  SELECT addr_h AS h, 'Patient' AS label, psn_no AS k, addr_area AS area FROM psn_b
  UNION ALL SELECT addr_h, 'Patient', psn_no, addr_area FROM mdtrt_d WHERE vali_flag = '1'
  UNION ALL SELECT addr_h, 'Institution', fixmedins_code, addr_area FROM fixmedins_b
  UNION ALL SELECT addr_h, 'Employer', emp_no, addr_area FROM insu_emp_b
)
SELECT h, label, k, MAX(area) AS area
FROM given
WHERE h IS NOT NULL AND k IS NOT NULL
GROUP BY h, label, k
