-- One row: a paid line of a drug that the library knows, and how long it lasts: the days that the prescription states, else at the label's
-- maximum, which gives the fewest days. daily_dose: what was billed, spread over the days that the prescription states.
-- kept: two rules read it
SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, l.bilg_dr_code, l.med_type, l.fee_ocur_time, CAST(l.fee_ocur_time AS DATE) AS day,
       l.inscp_fen, COALESCE(k.ingredient_key, substr(l.med_list_codg, 1, 10)) AS ingredient, COALESCE(k.route, 'oral') IN ('oral', '口服') AS systemic,
       CAST(k.pack_content AS DOUBLE) AS pack_content, CAST(k.max_daily_dose AS DOUBLE) AS max_daily_dose,
       COALESCE(CAST(f.prd_days AS DOUBLE),
                CAST(l.cnt AS DOUBLE) * CAST(k.pack_content AS DOUBLE) / CASE WHEN k.max_daily_dose > 0 THEN CAST(k.max_daily_dose AS DOUBLE) END) AS supply_days,
       CAST(l.cnt AS DOUBLE) * CAST(k.pack_content AS DOUBLE) / CASE WHEN f.prd_days > 0 THEN CAST(f.prd_days AS DOUBLE) END AS daily_dose
FROM net_line l
JOIN kb_drug k ON k.med_list_codg = l.med_list_codg
  AND (k.valid_from IS NULL OR CAST(l.fee_ocur_time AS DATE) >= k.valid_from) AND (k.valid_to IS NULL OR CAST(l.fee_ocur_time AS DATE) <= k.valid_to)
JOIN fee_list_d f ON f.mdtrt_id = l.mdtrt_id AND f.bkkp_sn = l.bkkp_sn
WHERE l.inscp_fen > 0
