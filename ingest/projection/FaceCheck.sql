SELECT check_id, check_time, check_kind, result, CAST(sim_score AS DOUBLE) AS sim_score FROM face_check
