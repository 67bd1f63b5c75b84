SELECT check_id AS start_key, psn_no AS end_key FROM face_check
