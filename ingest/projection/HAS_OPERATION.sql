SELECT COALESCE(o.mdtrt_id, s.mdtrt_id) AS start_key, o.oprn_oprt_code AS end_key, COUNT(*) AS times
FROM setl_list_oprn_d o LEFT JOIN setl_d s ON s.setl_id = o.setl_id
WHERE COALESCE(o.vali_flag, '1') = '1' AND o.oprn_oprt_code IS NOT NULL AND COALESCE(o.mdtrt_id, s.mdtrt_id) IS NOT NULL
GROUP BY 1, 2
