SELECT s.setl_id AS start_key, s.invono AS end_key FROM setl_d s JOIN shared_invoice i ON i.invono = s.invono WHERE s.vali_flag = '1'
