SELECT mdtrt_id AS start_key, fixmedins_code || '|' || adm_dept_codg AS end_key FROM stay WHERE adm_dept_codg IS NOT NULL
