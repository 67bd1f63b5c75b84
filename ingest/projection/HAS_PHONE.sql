SELECT label AS start_label, k AS start_key, 'Phone' AS end_label, h AS end_key, own, contact FROM phone_use
