SELECT setl_id AS start_key, mdtrt_id AS end_key FROM setl_d WHERE vali_flag = '1' AND mdtrt_id IS NOT NULL
