-- One row: a box (trace code) that left a counter, by the record of use (3513) or, where that is silent, by the record of sale (3505).
-- kept: codes are split and joined once
-- one of: drug_trac_3513, selinfo_3505
WITH used AS (
  SELECT t.drug_trac_codg, u.fixmedins_code, u.med_list_codg, u.psn_no, u.crte_time AS sold_at, u.mdtrt_id, u.bkkp_sn,
         CAST(NULL AS VARCHAR) AS setl_id, COALESCE(u.mdtrt_setl_type, '1') = '1' AS insured, COALESCE(u.trdn_flag, '0') = '1' AS split,
         'drug_trac_3513' AS source_table, u.row_id
  FROM drug_trac_3513 u
  JOIN trac_d t ON t.source_table = 'drug_trac_3513' AND t.row_id = u.row_id
),
sold AS (
  SELECT t.drug_trac_codg, s.fixmedins_code, s.med_list_codg, s.psn_no, s.sel_retn_time AS sold_at, CAST(NULL AS VARCHAR) AS mdtrt_id,
         CAST(NULL AS VARCHAR) AS bkkp_sn, s.setl_id, s.mdtrt_setl_type = '1' AS insured, COALESCE(s.trdn_flag, '0') = '1' AS split,
         'selinfo_3505' AS source_table, s.row_id
  FROM selinfo_3505 s
  JOIN trac_d t ON t.source_table = 'selinfo_3505' AND t.row_id = s.row_id
  WHERE s.sel_retn_cnt > 0
)
SELECT * FROM used
UNION ALL
SELECT s.*
FROM sold s
ANTI JOIN used u ON u.drug_trac_codg = s.drug_trac_codg AND u.fixmedins_code = s.fixmedins_code
                AND COALESCE(u.psn_no, '') = COALESCE(s.psn_no, '') AND CAST(u.sold_at AS DATE) = CAST(s.sold_at AS DATE)
