-- One row: a settlement that stands, as the desk sees it: whose, for which care, of which area, by which way, on which invoice.
-- invono: null where the number says nothing (under six characters it is a till's counter; one digit over and over is a placeholder).
-- may lack: psn_b
SELECT s.setl_id, s.mdtrt_id, s.psn_no, COALESCE(s.certno_h, p.certno_h, s.psn_no) AS identity, s.fixmedins_code, s.setl_time, s.begndate, s.enddate,
       s.insutype, s.insu_admdvs, substr(s.insu_admdvs, 1, 4) AS insured_in, s.opter_id, s.optins_no, s.manl_reim_rea, s.init_setl_id,
       s.medfee_sumamt AS fee_fen, s.fund_pay_sumamt AS fund_fen,
       COALESCE(s.setl_type, '') = '1' AS by_hand, COALESCE(s.setl_type, '') = '2' AS online,
       CASE WHEN regexp_matches(s.invono, '^[0-9A-Za-z-]{6,}$') AND NOT regexp_matches(s.invono, '^(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+)$')
            THEN lower(s.invono) END AS invono
FROM setl_d s
LEFT JOIN psn_b p ON p.psn_no = s.psn_no
ANTI JOIN refunded_settlement x ON x.setl_id = s.setl_id
-- medical aid (3) pays on top of another settlement, an interim one is part of the last
WHERE s.vali_flag = '1' AND s.medfee_sumamt > 0 AND COALESCE(s.setl_type, '') <> '3' AND COALESCE(s.mid_setl_flag, '0') <> '1'
