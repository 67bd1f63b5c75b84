-- One row: a paid line of a drug, and how long it lasts: the days that the prescription states, else at the label's maximum, which gives the
-- fewest days. daily_dose: what was billed, spread over the days that the prescription states. Of a drug that the library does not know, only
-- lines that state their days are here; whether the body takes it up (systemic) its class and form then say.
-- kept: four rules read it
-- may lack: kb_drug
SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, l.bilg_dr_code, l.med_type, l.fee_ocur_time, CAST(l.fee_ocur_time AS DATE) AS day,
       l.inscp_fen, CAST(l.cnt AS DOUBLE) AS cnt, l.med_list_codg, CAST(f.prd_days AS DOUBLE) AS stated_days,
       COALESCE(k.ingredient_key, substr(l.med_list_codg, 1, CASE substr(l.med_list_codg, 1, 1) WHEN 'Z' THEN 11 ELSE 10 END)) AS ingredient,
       COALESCE(k.route IN ('oral', '口服'),
                NOT regexp_matches(l.med_list_codg, '^X(D|S|R01|A01|G01|M02)')
                AND NOT regexp_matches(COALESCE(f.dosform_name, ''), '软膏|乳膏|凝胶|贴|滴眼|滴鼻|滴耳|喷雾|吸入|外用|搽|洗|栓')) AS systemic,
       CAST(k.pack_content AS DOUBLE) AS pack_content, CAST(k.max_daily_dose AS DOUBLE) AS max_daily_dose,
       COALESCE(CAST(f.prd_days AS DOUBLE),
                CAST(l.cnt AS DOUBLE) * CAST(k.pack_content AS DOUBLE) / CASE WHEN k.max_daily_dose > 0 THEN CAST(k.max_daily_dose AS DOUBLE) END) AS supply_days,
       CAST(l.cnt AS DOUBLE) * CAST(k.pack_content AS DOUBLE) / CASE WHEN f.prd_days > 0 THEN CAST(f.prd_days AS DOUBLE) END AS daily_dose
FROM net_line l
JOIN fee_list_d f ON f.mdtrt_id = l.mdtrt_id AND f.bkkp_sn = l.bkkp_sn
LEFT JOIN kb_drug k ON k.med_list_codg = l.med_list_codg
  AND (k.valid_from IS NULL OR CAST(l.fee_ocur_time AS DATE) >= k.valid_from) AND (k.valid_to IS NULL OR CAST(l.fee_ocur_time AS DATE) <= k.valid_to)
WHERE l.inscp_fen > 0 AND (k.med_list_codg IS NOT NULL OR (f.prd_days > 0 AND l.list_type = '101'))
