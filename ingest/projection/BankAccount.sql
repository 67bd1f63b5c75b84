-- An institution's account that also receives a patient's money is a sign, no desk: only a crowd makes a hub.
WITH used AS (
  SELECT h, k FROM account_use WHERE label = 'Patient'
  UNION ALL SELECT h, CAST(NULL AS VARCHAR) FROM account_use WHERE label <> 'Patient'
  UNION ALL SELECT payer_acct_h, CAST(NULL AS VARCHAR) FROM bank_txn
  UNION ALL SELECT payee_acct_h, CAST(NULL AS VARCHAR) FROM bank_txn
)
SELECT u.h AS acct_h, COUNT(u.k) > MIN(s.hub_persons) AS hub, CASE WHEN COUNT(u.k) > MIN(s.hub_persons) THEN 'crowd' END AS hub_why
FROM used u CROSS JOIN setting s
WHERE u.h IS NOT NULL
GROUP BY u.h
