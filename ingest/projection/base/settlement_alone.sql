-- Settlements whose visit is not named: they hang on person and institution directly.
SELECT setl_id, psn_no, fixmedins_code FROM setl_d WHERE vali_flag = '1' AND mdtrt_id IS NULL
