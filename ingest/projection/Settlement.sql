-- Refunded: marked so, or named by a later settlement as the one it takes back.
SELECT
  s.setl_id,
  s.setl_time,
  s.med_type,
  s.fund_pay_sumamt AS fund_pay_fen,
  COALESCE(s.refd_setl_flag = '1', false) OR r.init_setl_id IS NOT NULL AS refunded
FROM setl_d s
LEFT JOIN (SELECT DISTINCT init_setl_id FROM setl_d WHERE vali_flag = '1' AND init_setl_id IS NOT NULL) r ON r.init_setl_id = s.setl_id
WHERE s.vali_flag = '1'
