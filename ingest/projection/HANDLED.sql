SELECT opter_id AS start_key, setl_id AS end_key FROM setl_d WHERE vali_flag = '1' AND opter_id IS NOT NULL
