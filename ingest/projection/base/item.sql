-- Every code that is billed, bought or sold, and which kind of node it is: by the shape of a national code, else by the list type.
WITH named AS (
  SELECT med_list_codg AS code, MIN(list_type) AS list_type, MAX(COALESCE(hilist_name, medins_list_name)) AS name
  FROM fee_list_d
  WHERE vali_flag = '1'
  GROUP BY med_list_codg
  UNION ALL SELECT DISTINCT med_list_codg, '101', CAST(NULL AS VARCHAR) FROM purcinfo_3503
  UNION ALL SELECT DISTINCT med_list_codg, '101', CAST(NULL AS VARCHAR) FROM selinfo_3505
  UNION ALL SELECT DISTINCT med_list_codg, '101', CAST(NULL AS VARCHAR) FROM drug_trac_3513
)
SELECT
  code,
  MAX(name) AS name,
  CASE
    WHEN regexp_matches(code, '^[XZ][A-Z0-9]{19,22}$|^T[0-9]{9}$') THEN 'Drug'
    WHEN regexp_matches(code, '^C[0-9]{16,19}$') THEN 'Consumable'
    WHEN MIN(list_type) LIKE '1%' THEN 'Drug'
    WHEN MIN(list_type) LIKE '3%' THEN 'Consumable'
    ELSE 'ServiceItem'
  END AS label
FROM named
GROUP BY code
