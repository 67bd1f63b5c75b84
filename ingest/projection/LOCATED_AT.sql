SELECT label AS start_label, k AS start_key, 'Address' AS end_label, h AS end_key FROM address_use WHERE label <> 'Patient'
