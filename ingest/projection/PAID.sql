SELECT payer_acct_h AS start_key, payee_acct_h AS end_key, COUNT(*) AS txns, CAST(SUM(amount) AS BIGINT) AS amount_fen,
  MIN(txn_time) AS first, MAX(txn_time) AS last
FROM bank_txn
WHERE payer_acct_h IS NOT NULL AND payee_acct_h IS NOT NULL
GROUP BY 1, 2
