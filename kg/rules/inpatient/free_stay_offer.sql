-- One row: a hospital whose patients owe their share of the bill and do not pay it, far oftener than elsewhere: the house waived, bore or returned it.
WITH owed AS (
  SELECT b.mdtrt_id, b.fixmedins_code, b.psn_no, b.ends_at, t.setl_id, d.psn_pay AS owed_fen, d.fund_pay_sumamt AS fund_fen,
         t.cash_fen + COALESCE(t.acct_fen, 0) + COALESCE(t.mulaid_fen, 0) AS own_fen, COALESCE(d.ownpay_hosp_part, 0) AS borne_fen
  FROM stay_bill b
  JOIN net_settlement t ON t.mdtrt_id = b.mdtrt_id
  JOIN setl_d d ON d.setl_id = t.setl_id
  -- the poor and those whom the state supports owe nothing
  WHERE d.psn_pay > 0 AND t.cash_fen IS NOT NULL AND COALESCE(d.sp_psn_type, '') IN ('', '0') AND COALESCE(d.maf_pay, 0) = 0
),
returned AS (
  SELECT DISTINCT o.setl_id
  FROM owed o
  JOIN institution i ON i.fixmedins_code = o.fixmedins_code
  JOIN psn_b p ON p.psn_no = o.psn_no
  JOIN bank_txn x ON x.payer_acct_h = i.bank_acct_h AND x.payee_acct_h = p.bank_acct_h
   AND date_diff('day', CAST(o.ends_at AS DATE), CAST(x.txn_time AS DATE)) >= 0 AND date_diff('day', CAST(o.ends_at AS DATE), CAST(x.txn_time AS DATE)) <= $pay_days
   AND x.amount >= o.owed_fen * (1 - $amount_match) AND x.amount <= o.owed_fen * (1 + $amount_match)
),
judged AS (
  SELECT o.*, r.setl_id IS NOT NULL AS paid_back,
         r.setl_id IS NOT NULL OR o.own_fen < o.owed_fen * $min_ratio OR o.borne_fen > o.owed_fen * (1 - $min_ratio) AS free
  FROM owed o
  LEFT JOIN returned r ON r.setl_id = o.setl_id
),
rate AS (
  SELECT fixmedins_code, COUNT(*) AS stays, COUNT_IF(free) AS free, CAST(COUNT_IF(free) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS rate
  FROM judged
  GROUP BY fixmedins_code
),
habit AS (
  SELECT r.fixmedins_code, r.stays, r.free, r.rate, u.usual_rate
  FROM rate r
  CROSS JOIN (SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate) u
  WHERE r.free >= $min_stays + r.stays * u.usual_rate * $times + $z * SQRT(r.stays * u.usual_rate * $times)
)
SELECT 'institution' AS subject_type,
       h.fixmedins_code AS subject_id,
       -- money is claimed only where it was seen to go back
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(setl_id := j.setl_id, fen := CASE WHEN j.paid_back THEN j.fund_fen ELSE CAST(0 AS BIGINT) END))) AS setl_d_rows,
       MAX(h.stays) AS stays,
       MAX(h.free) AS free_stays,
       COUNT_IF(j.paid_back) AS paid_back,
       ROUND(MAX(h.rate), 4) AS hospital_rate,
       ROUND(MAX(h.usual_rate), 4) AS usual_rate
FROM habit h
JOIN judged j ON j.fixmedins_code = h.fixmedins_code AND j.free
GROUP BY h.fixmedins_code
ORDER BY h.fixmedins_code
