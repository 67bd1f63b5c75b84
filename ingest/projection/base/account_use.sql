-- Whose money goes to which account.
SELECT DISTINCT h, label, k
FROM (
  SELECT bank_acct_h AS h, 'Patient' AS label, psn_no AS k FROM psn_b
  UNION ALL SELECT bank_acct_h, 'Institution', fixmedins_code FROM fixmedins_b
  UNION ALL SELECT bank_acct_h, 'Employer', emp_no FROM insu_emp_b
) given
WHERE h IS NOT NULL AND k IS NOT NULL
