WITH worked AS (
  SELECT stff_code AS doctor, fixmedins_code, true AS registered, begndate, enddate FROM medstff_b
  UNION ALL SELECT DISTINCT doctor, fixmedins_code, false, CAST(NULL AS DATE), CAST(NULL AS DATE) FROM item_line WHERE doctor IS NOT NULL
  UNION ALL SELECT DISTINCT chfpdr_code, fixmedins_code, false, CAST(NULL AS DATE), CAST(NULL AS DATE) FROM stay WHERE chfpdr_code IS NOT NULL
)
SELECT
  doctor AS start_key,
  fixmedins_code AS end_key,
  BOOL_OR(registered) AS registered,
  MIN(begndate) AS begndate,
  CASE WHEN COUNT(*) FILTER (WHERE registered AND enddate IS NULL) = 0 THEN MAX(enddate) END AS enddate
FROM worked
GROUP BY 1, 2
