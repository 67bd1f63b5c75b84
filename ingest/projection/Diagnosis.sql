WITH named AS (
  SELECT diag_code, diag_name FROM setl_list_diag_d
  UNION ALL SELECT dscg_maindiag_code, dscg_maindiag_name FROM mdtrt_d
)
SELECT diag_code, MAX(diag_name) AS name FROM named WHERE diag_code IS NOT NULL GROUP BY diag_code
