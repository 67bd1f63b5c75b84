SELECT oprn_oprt_code, MAX(oprn_oprt_name) AS name FROM setl_list_oprn_d WHERE oprn_oprt_code IS NOT NULL GROUP BY oprn_oprt_code
