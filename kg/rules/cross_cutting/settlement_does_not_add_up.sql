-- One row: an institution with settlements for which fund, account and cash paid more than the bill, or the fund more than its parts.
WITH sum_of AS (
  SELECT s.setl_id, s.psn_no, s.fixmedins_code, s.fund_pay_sumamt AS fund_fen,
         s.fund_pay_sumamt + COALESCE(s.acct_pay, 0) + s.cash_payamt - s.medfee_sumamt AS over_bill_fen,
         s.fund_pay_sumamt - s.hifp_pay - COALESCE(s.cvlserv_pay, 0) - COALESCE(s.hifes_pay, 0) - COALESCE(s.hifmi_pay, 0) - COALESCE(s.hifob_pay, 0)
           - COALESCE(s.hifdm_pay, 0) - COALESCE(s.maf_pay, 0) - COALESCE(s.othfund_pay, 0) AS over_parts_fen
  FROM setl_d s
  SEMI JOIN net_settlement n ON n.setl_id = s.setl_id
  WHERE COALESCE(s.mid_setl_flag, '0') <> '1' AND COALESCE(s.setl_type, '2') = '2'
),
broken AS (
  SELECT *, GREATEST(COALESCE(over_bill_fen, 0), COALESCE(over_parts_fen, 0)) AS over_fen FROM sum_of
),
judged AS (
  SELECT fixmedins_code
  FROM broken
  GROUP BY fixmedins_code
  HAVING COUNT_IF(over_fen > $tolerance_fen) <= COUNT(*) * $most AND COUNT_IF(over_fen > $tolerance_fen) >= $min_settlements
)
SELECT 'institution' AS subject_type,
       b.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(setl_id := b.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       CAST(SUM(LEAST(b.over_fen, GREATEST(b.fund_fen, 0))) AS BIGINT) AS estimate_fen,
       COUNT_IF(b.over_bill_fen > $tolerance_fen) AS above_the_bill,
       COUNT_IF(b.over_parts_fen > $tolerance_fen) AS above_the_parts
FROM broken b
SEMI JOIN judged j ON j.fixmedins_code = b.fixmedins_code
WHERE b.over_fen > $tolerance_fen
GROUP BY b.fixmedins_code
ORDER BY b.fixmedins_code
