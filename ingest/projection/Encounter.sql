SELECT mdtrt_id, med_type, begntime, endtime FROM mdtrt_d WHERE vali_flag = '1'
