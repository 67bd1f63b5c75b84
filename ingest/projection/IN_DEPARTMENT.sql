SELECT DISTINCT stff_code AS start_key, fixmedins_code || '|' || dept_codg AS end_key FROM medstff_b WHERE dept_codg IS NOT NULL
