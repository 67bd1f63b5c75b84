-- Person and institution of every visit; a visit whose own row has not come stands by its settlement.
SELECT mdtrt_id, psn_no, fixmedins_code FROM mdtrt_d WHERE vali_flag = '1'
UNION ALL
SELECT s.mdtrt_id, MIN(s.psn_no), MIN(s.fixmedins_code)
FROM setl_d s
WHERE s.vali_flag = '1' AND s.mdtrt_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mdtrt_d m WHERE m.mdtrt_id = s.mdtrt_id AND m.vali_flag = '1')
GROUP BY s.mdtrt_id
