-- Each leaving of a box over a counter, with the settlement it belongs to where one is known. A sale of 3505 and its twin in 3513
-- (equal institution, code and settlement) are one row.
WITH reported AS (
  SELECT t.drug_trac_codg AS code, s.fixmedins_code, s.setl_id, s.sel_retn_time AS sold_at, s.trdn_flag = '1' AS split
  FROM selinfo_3505 s JOIN trac_d t ON t.source_table = 'selinfo_3505' AND t.row_id = s.row_id
  UNION ALL
  SELECT t.drug_trac_codg, d.fixmedins_code, COALESCE(v.setl_id, f.setl_id), d.crte_time, d.trdn_flag = '1'
  FROM drug_trac_3513 d
  JOIN trac_d t ON t.source_table = 'drug_trac_3513' AND t.row_id = d.row_id
  LEFT JOIN visit_settlement v ON v.mdtrt_id = d.mdtrt_id
  LEFT JOIN fee_list_d f ON v.mdtrt_id IS NULL AND f.mdtrt_id = d.mdtrt_id AND f.bkkp_sn = d.bkkp_sn
)
SELECT code, fixmedins_code, setl_id, CAST(sold_at AS DATE) AS day, MIN(sold_at) AS first, MAX(sold_at) AS last,
  BOOL_OR(split) AS split, COUNT(*) AS sales
FROM reported
GROUP BY code, fixmedins_code, setl_id, CAST(sold_at AS DATE)
