-- One row: a net line of a stay, with its day and the two-digit kind of charge.
-- passes: most lines are of stays; kept, they would be net_line a second time
SELECT l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.psn_no, CAST(l.fee_ocur_time AS DATE) AS day, l.fee_ocur_time, l.cnt, l.fee_fen, l.inscp_fen,
       substr(l.med_chrgitm_type, 1, 2) AS charge, l.med_list_codg
FROM net_line l
SEMI JOIN stay s ON s.mdtrt_id = l.mdtrt_id
