-- One row: a net line of blood purification, its kind (session, perfusion, continuous) and its day.
-- kept: every dialysis rule starts here
SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, CAST(l.fee_ocur_time AS DATE) AS day, l.fee_ocur_time, l.cnt, l.inscp_fen, l.med_type,
       d.kind
FROM net_line l
JOIN dialysis_items d ON d.code_stem = substr(l.med_list_codg, 1, 11)
