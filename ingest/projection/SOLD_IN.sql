WITH returns AS (
  SELECT t.drug_trac_codg AS code, r.fixmedins_code, MAX(r.sel_retn_time) AS returned_at
  FROM selretn_3506 r JOIN trac_d t ON t.source_table = 'selretn_3506' AND t.row_id = r.row_id
  GROUP BY 1, 2
)
SELECT
  s.code AS start_key,
  s.setl_id AS end_key,
  MIN(s.first) AS time,
  COALESCE(BOOL_OR(s.split), false) AS split,
  COALESCE(BOOL_OR(r.returned_at >= s.first), false) AS returned
FROM sale s
LEFT JOIN returns r ON r.code = s.code AND r.fixmedins_code = s.fixmedins_code
WHERE s.setl_id IS NOT NULL
GROUP BY 1, 2
