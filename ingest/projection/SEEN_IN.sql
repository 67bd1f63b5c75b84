SELECT template_id AS start_key, check_id AS end_key FROM face_check WHERE template_id IS NOT NULL
