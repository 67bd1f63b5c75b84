-- One row: a sold box, the drug it is by its purchase (any institution's) or by the prefix of its code, and the drug it was billed as.
-- kept: all sales are compared with all purchases once
-- may lack: purcinfo_3503, invchg_3502, invinfo_3501
-- one of: purcinfo_3503, drug_trac_map
WITH bought AS (
  -- a code that two purchases call by different drugs proves nothing
  SELECT drug_trac_codg, MIN(med_list_codg) AS med_list_codg
  FROM code_arrival
  WHERE source_table = 'purcinfo_3503'
  GROUP BY drug_trac_codg
  HAVING COUNT(DISTINCT med_list_codg) = 1
),
mapped AS (
  SELECT trac_prefix, MIN(med_list_codg) AS med_list_codg
  FROM drug_trac_map
  GROUP BY trac_prefix
  HAVING COUNT(DISTINCT med_list_codg) = 1
),
sold AS (
  SELECT s.*, COALESCE(b.med_list_codg, m.med_list_codg) AS true_codg
  FROM live_sale s
  LEFT JOIN bought b ON b.drug_trac_codg = s.drug_trac_codg
  LEFT JOIN mapped m ON m.trac_prefix = substr(s.drug_trac_codg, 1, 7)
)
SELECT *,
       CASE substr(true_codg, 1, 1) WHEN 'X' THEN substr(true_codg, 1, 10) WHEN 'Z' THEN substr(true_codg, 1, 11) ELSE substr(true_codg, 1, 10) END
         AS true_ingredient,
       CASE substr(billed_codg, 1, 1) WHEN 'X' THEN substr(billed_codg, 1, 10) WHEN 'Z' THEN substr(billed_codg, 1, 11)
            ELSE substr(billed_codg, 1, 10) END AS billed_ingredient
FROM sold
