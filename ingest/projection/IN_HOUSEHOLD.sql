SELECT psn_no AS start_key, family_id AS end_key FROM psn_b WHERE family_id IS NOT NULL
