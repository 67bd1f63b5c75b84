-- One row: a net line of a drug at an institution that keeps stock records, with the drug reduced to ingredient and form.
-- kept: the stock rules read it three times
SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, l.med_list_codg, l.fee_ocur_time, l.cnt, l.inscp_fen, l.setl_id,
       CASE substr(l.med_list_codg, 1, 1) WHEN 'X' THEN substr(l.med_list_codg, 1, 14) WHEN 'Z' THEN substr(l.med_list_codg, 1, 11)
            ELSE substr(l.med_list_codg, 1, 10) END AS ingredient_form
FROM net_line l
SEMI JOIN (SELECT fixmedins_code FROM purcinfo_3503) p ON p.fixmedins_code = l.fixmedins_code
WHERE substr(l.list_type, 1, 2) = '10'
