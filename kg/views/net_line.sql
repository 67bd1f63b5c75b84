-- One row: a billed line after refunds: what is left of it in count and money. Lines of refunded settlements are out.
-- passes: a pass over the book's own files reads only the columns a rule asks for; keeping all of them pays from some hundred readers on
SELECT f.mdtrt_id, f.bkkp_sn, f.setl_id, f.psn_no, f.fixmedins_code, f.fee_ocur_time, f.med_list_codg, f.medins_list_codg, f.list_type,
       f.med_chrgitm_type, f.pric, f.rx_drord_no, f.bilg_dr_code, f.acord_dept_codg, f.med_type, f.cnt,
       f.det_item_fee_sumamt AS fee_fen, f.inscp_amt AS inscp_fen
FROM fee_list_d f
ANTI JOIN corrected_visit v ON v.mdtrt_id = f.mdtrt_id
WHERE f.vali_flag = '1' AND f.cnt > 0
UNION ALL
SELECT * FROM corrected_line
