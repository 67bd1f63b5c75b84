WITH lengths AS (SELECT DISTINCT length(trac_prefix) AS n FROM drug_trac_map),
unbought AS (SELECT DISTINCT t.drug_trac_codg AS code FROM trac_d t WHERE NOT EXISTS (SELECT 1 FROM purchase p WHERE p.code = t.drug_trac_codg)),
known AS (
  SELECT DISTINCT code, item FROM purchase
  UNION ALL
  SELECT DISTINCT u.code, m.med_list_codg
  FROM unbought u CROSS JOIN lengths l JOIN drug_trac_map m ON m.trac_prefix = substr(u.code, 1, l.n)
)
SELECT k.code AS start_key, k.item AS end_key
FROM known k LEFT JOIN item i ON i.code = k.item
WHERE i.label IS NULL OR i.label = 'Drug'
