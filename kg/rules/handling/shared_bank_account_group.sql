-- One row: an account that received the reimbursements of several households and belongs to none of them.
WITH claim AS (
  SELECT setl_id, psn_no, fund_fen, CAST(setl_time AS DATE) AS day FROM desk_bill WHERE by_hand AND fund_fen > 0 AND setl_time IS NOT NULL
),
fits AS (
  SELECT c.setl_id, c.psn_no, c.fund_fen, t.txn_id, t.payer_acct_h, t.payee_acct_h,
         regexp_matches(COALESCE(t.note, ''), '委托|代领|代办|监护') AS with_letter,
         COUNT(*) OVER (PARTITION BY c.setl_id) AS payments, COUNT(*) OVER (PARTITION BY t.txn_id) AS claims
  FROM claim c
  JOIN bank_txn t ON t.amount = c.fund_fen AND CAST(t.txn_time AS DATE) >= c.day AND CAST(t.txn_time AS DATE) <= c.day + CAST($pay_days AS INTEGER)
),
fund AS (
  -- the account that paid most of them is the fund's
  SELECT payer_acct_h FROM fits GROUP BY payer_acct_h QUALIFY ROW_NUMBER() OVER (ORDER BY COUNT(*) DESC, payer_acct_h) = 1
),
paid AS (
  SELECT f.setl_id, f.psn_no, f.fund_fen, f.txn_id, f.payee_acct_h, f.with_letter, COALESCE(h.household, f.psn_no) AS household, h.addr_h, p.bank_acct_h AS own
  FROM fits f
  SEMI JOIN fund u ON u.payer_acct_h = f.payer_acct_h
  LEFT JOIN household h ON h.psn_no = f.psn_no
  LEFT JOIN psn_b p ON p.psn_no = f.psn_no
  -- an amount that fits twice names nobody
  WHERE f.payments = 1 AND f.claims = 1
),
owner AS (
  SELECT p.bank_acct_h, COALESCE(h.household, p.psn_no) AS household
  FROM psn_b p
  LEFT JOIN household h ON h.psn_no = p.psn_no
  WHERE p.bank_acct_h IS NOT NULL
),
strange AS (
  SELECT f.*
  FROM paid f
  -- an institution, a firm or a village that pays out has an account of its own
  ANTI JOIN fixmedins_b i ON i.bank_acct_h = f.payee_acct_h
  ANTI JOIN insu_emp_b e ON e.bank_acct_h = f.payee_acct_h
  ANTI JOIN owner o ON o.bank_acct_h = f.payee_acct_h AND o.household = f.household
  -- a letter names who collects: a village's clerk brings the bills of its old people
  WHERE f.own IS NOT NULL AND f.own <> f.payee_acct_h AND NOT f.with_letter
)
SELECT 'bank_account' AS subject_type,
       payee_acct_h AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(txn_id := txn_id, fen := CAST(0 AS BIGINT)))) AS bank_txn_rows,
       COUNT(DISTINCT household) AS households,
       CAST(SUM(fund_fen) AS BIGINT) AS fund_fen
FROM strange
GROUP BY payee_acct_h
HAVING COUNT(DISTINCT household) >= $min_persons AND COUNT(DISTINCT COALESCE(addr_h, household)) >= $min_persons
ORDER BY payee_acct_h
