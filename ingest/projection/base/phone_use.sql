-- Who gives which phone number, as an own number or as the contact person's. Placeholders are null in the book already.
WITH given AS (
  SELECT tel_h AS h, 'Patient' AS label, psn_no AS k, true AS own, addr_area AS area FROM psn_b
  UNION ALL SELECT coner_tel_h, 'Patient', psn_no, false, addr_area FROM psn_b
  UNION ALL SELECT tel_h, 'Patient', psn_no, true, addr_area FROM mdtrt_d WHERE vali_flag = '1'
  UNION ALL SELECT coner_tel_h, 'Patient', psn_no, false, addr_area FROM mdtrt_d WHERE vali_flag = '1'
  UNION ALL
  SELECT l.coner_tel_h, 'Patient', COALESCE(l.psn_no, s.psn_no), false, CAST(NULL AS VARCHAR)
  FROM setl_list_4101 l LEFT JOIN setl_d s ON s.setl_id = l.setl_id AND s.vali_flag = '1'
  UNION ALL SELECT tel_h, 'Doctor', stff_code, true, CAST(NULL AS VARCHAR) FROM medstff_b
  UNION ALL SELECT tel_h, 'Institution', fixmedins_code, true, CAST(NULL AS VARCHAR) FROM fixmedins_b
  UNION ALL SELECT tel_h, 'Employer', emp_no, true, CAST(NULL AS VARCHAR) FROM insu_emp_b
)
SELECT h, label, k, BOOL_OR(own) AS own, BOOL_OR(NOT own) AS contact, MAX(area) AS area
FROM given
WHERE h IS NOT NULL AND k IS NOT NULL
GROUP BY h, label, k
