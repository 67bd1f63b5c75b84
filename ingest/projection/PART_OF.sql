SELECT DISTINCT fixmedins_code || '|' || dept_codg AS start_key, fixmedins_code AS end_key
FROM (
  SELECT fixmedins_code, dept_codg FROM medstff_b
  UNION ALL SELECT fixmedins_code, adm_dept_codg FROM stay
) departments
WHERE dept_codg IS NOT NULL
