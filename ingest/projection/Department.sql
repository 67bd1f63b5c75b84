WITH named AS (
  SELECT fixmedins_code, dept_codg, dept_name FROM medstff_b
  UNION ALL SELECT fixmedins_code, adm_dept_codg, adm_dept_name FROM stay
)
SELECT fixmedins_code || '|' || dept_codg AS dept_key, MAX(dept_name) AS name
FROM named
WHERE dept_codg IS NOT NULL
GROUP BY 1
