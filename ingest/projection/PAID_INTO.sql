SELECT label AS start_label, k AS start_key, 'BankAccount' AS end_label, h AS end_key FROM account_use
