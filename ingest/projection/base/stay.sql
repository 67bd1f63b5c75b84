-- Inpatient visits (stems of the national list; provinces append digits).
SELECT mdtrt_id, psn_no, begntime, endtime, chfpdr_code, fixmedins_code, adm_dept_codg, adm_dept_name
FROM mdtrt_d
WHERE vali_flag = '1' AND substr(med_type, 1, 2) IN ('21', '22', '23', '24', '25', '26', '28', '52')
