-- One row: an institution as its latest register entry shows it.
-- may lack: fixmedins_b
SELECT fixmedins_code, fixmedins_type, medins_kind, hosp_lv, admdvs, owner_group, legrep_certno_h, bank_acct_h, lnt, lat,
       aprv_bed_cnt, dialysis_mach_cnt,
       COALESCE(fixmedins_type = '2', medins_kind = 'pharmacy') AS is_shop
FROM fixmedins_b
QUALIFY ROW_NUMBER() OVER (PARTITION BY fixmedins_code
                           ORDER BY COALESCE(begndate, DATE '1900-01-01') DESC, COALESCE(status_from, DATE '1900-01-01') DESC) = 1
