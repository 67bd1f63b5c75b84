-- One row: a settlement that stands. paid_fen is what fund, own account and family account paid together.
-- kept: the card rules read it again and again
SELECT s.setl_id, s.mdtrt_id, s.psn_no, s.fixmedins_code, s.setl_time, s.med_type, s.clr_type, s.opter_id, s.emp_no, s.mdtrt_cert_type,
       s.medfee_sumamt AS fee_fen, s.acct_pay AS acct_fen, s.acct_mulaid_pay AS mulaid_fen, s.cash_payamt AS cash_fen, s.balc AS balance_fen,
       s.fund_pay_sumamt + COALESCE(s.acct_pay, 0) + COALESCE(s.acct_mulaid_pay, 0) AS paid_fen,
       COALESCE(i.is_shop, s.clr_type = '41') AS at_shop
FROM setl_d s
ANTI JOIN refunded_settlement x ON x.setl_id = s.setl_id
LEFT JOIN institution i ON i.fixmedins_code = s.fixmedins_code
WHERE s.vali_flag = '1'
