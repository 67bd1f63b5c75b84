-- One row: a visit and a coded diagnosis of it. A visit without a row has none that is coded: that says nothing about the patient.
-- may lack: setl_list_diag_d
SELECT mdtrt_id, diag_code FROM setl_list_diag_d WHERE vali_flag = '1' AND diag_code IS NOT NULL
UNION
SELECT mdtrt_id, dscg_maindiag_code AS diag_code FROM mdtrt_d WHERE dscg_maindiag_code IS NOT NULL
