-- One row: a net line that insurance pays for, and a point in force on its day that limits its item. Where the settlement shows that the fund
-- paid nothing (all from an account that may buy anything), a limit of payment does not apply.
-- kept: every rule that rests on points reads it
SELECT l.mdtrt_id, l.bkkp_sn, l.setl_id, l.psn_no, l.fixmedins_code, l.fee_ocur_time, CAST(l.fee_ocur_time AS DATE) AS day, l.med_list_codg,
       l.med_type, l.cnt, l.pric, l.inscp_fen, l.bilg_dr_code, l.rx_drord_no, l.list_type, s.insutype,
       p.rule_kind, p.inherited, p.subject_name, p.limit_value, p.pair_code, p.within, p.limit_qty, p.limit_unit, p.period_days,
       p.age_from, p.age_to, p.exception, p.point
FROM net_line l
JOIN item_point p ON p.billed = l.med_list_codg
LEFT JOIN setl_d s ON s.setl_id = l.setl_id
WHERE l.inscp_fen > 0
  AND COALESCE(s.fund_pay_sumamt, 1) > 0
  AND (p.valid_from IS NULL OR CAST(l.fee_ocur_time AS DATE) >= p.valid_from)
  AND (p.valid_to IS NULL OR CAST(l.fee_ocur_time AS DATE) <= p.valid_to)
