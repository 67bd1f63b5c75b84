WITH said AS (
  SELECT mdtrt_id, diag_code, maindiag_flag = '1' AS main FROM setl_list_diag_d WHERE COALESCE(vali_flag, '1') = '1' AND mdtrt_id IS NOT NULL
  UNION ALL
  SELECT s.mdtrt_id, d.diag_code, d.maindiag_flag = '1'
  FROM setl_list_diag_d d JOIN setl_d s ON s.setl_id = d.setl_id
  WHERE COALESCE(d.vali_flag, '1') = '1' AND d.mdtrt_id IS NULL AND s.mdtrt_id IS NOT NULL
  UNION ALL SELECT mdtrt_id, dscg_maindiag_code, true FROM mdtrt_d WHERE vali_flag = '1' AND dscg_maindiag_code IS NOT NULL
)
SELECT mdtrt_id AS start_key, diag_code AS end_key, COALESCE(BOOL_OR(main), false) AS main FROM said GROUP BY 1, 2
