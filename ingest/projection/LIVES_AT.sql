SELECT k AS start_key, h AS end_key FROM address_use WHERE label = 'Patient'
