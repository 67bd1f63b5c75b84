-- One row: a doctor's prescription that a shop filled on insurance: who wrote it, for whom, which drug, for how much of the settlement.
-- The doctor stands on the bill or, by a name that only one doctor bears, on the record of sale.
-- may lack: selinfo_3505
WITH named AS (
  SELECT stff_name_h, MIN(stff_code) AS stff_code
  FROM medstff_b
  WHERE stff_type = '1' AND stff_name_h IS NOT NULL
  GROUP BY stff_name_h
  HAVING COUNT(DISTINCT stff_code) = 1
),
sold AS (
  SELECT x.setl_id, x.med_list_codg, MIN(n.stff_code) AS stff_code
  FROM selinfo_3505 x
  JOIN named n ON n.stff_name_h = x.prsc_dr_name_h
  WHERE x.setl_id IS NOT NULL AND x.sel_retn_cnt > 0
  GROUP BY x.setl_id, x.med_list_codg
)
SELECT COALESCE(l.bilg_dr_code, s.stff_code) AS doctor, l.fixmedins_code AS shop, l.psn_no, l.setl_id, l.mdtrt_id, l.bkkp_sn, l.med_list_codg, l.inscp_fen,
       l.fee_ocur_time, COALESCE(l.rx_drord_no, l.mdtrt_id) AS prescription
FROM net_line l
JOIN institution i ON i.fixmedins_code = l.fixmedins_code AND i.is_shop
LEFT JOIN sold s ON s.setl_id = l.setl_id AND s.med_list_codg = l.med_list_codg
WHERE COALESCE(l.bilg_dr_code, s.stff_code) IS NOT NULL AND substr(l.list_type, 1, 2) = '10'
