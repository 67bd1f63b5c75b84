-- One row: a billed line of a corrected visit after refunds: what is left of it in count and money. Lines of refunded settlements are out.
-- kept: a few visits, whose lines meet every refund once
SELECT f.mdtrt_id, f.bkkp_sn, f.setl_id, f.psn_no, f.fixmedins_code, f.fee_ocur_time, f.med_list_codg, f.medins_list_codg, f.list_type,
       f.med_chrgitm_type, f.pric, f.rx_drord_no, f.bilg_dr_code, f.acord_dept_codg, f.med_type,
       f.cnt + COALESCE(r.cnt, 0) AS cnt,
       f.det_item_fee_sumamt + COALESCE(r.fee_fen, 0) AS fee_fen,
       f.inscp_amt + COALESCE(r.inscp_fen, 0) AS inscp_fen
FROM (SELECT b.* FROM fee_list_d b SEMI JOIN corrected_visit v ON v.mdtrt_id = b.mdtrt_id WHERE b.vali_flag = '1' AND b.cnt > 0) f
LEFT JOIN line_refund r ON r.mdtrt_id = f.mdtrt_id AND r.bkkp_sn = f.bkkp_sn
ANTI JOIN refunded_settlement x ON x.setl_id = f.setl_id
WHERE f.cnt + COALESCE(r.cnt, 0) > 0
