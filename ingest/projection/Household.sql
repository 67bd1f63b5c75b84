SELECT DISTINCT family_id FROM psn_b WHERE family_id IS NOT NULL
