-- One row: a settlement at a village clinic, in the order in which they were made. seen: a camera of the clinic met the person that day.
-- may lack: psn_b, face_check
SELECT n.setl_id, n.mdtrt_id, n.psn_no, n.fixmedins_code, n.setl_time, COALESCE(h.household, n.psn_no) AS household, c.psn_no IS NOT NULL AS seen
FROM net_settlement n
JOIN institution i ON i.fixmedins_code = n.fixmedins_code AND i.medins_kind = 'village_clinic'
LEFT JOIN household h ON h.psn_no = n.psn_no
LEFT JOIN (SELECT DISTINCT psn_no, fixmedins_code, CAST(check_time AS DATE) AS day FROM face_check WHERE result = 'pass') c
  ON c.psn_no = n.psn_no AND c.fixmedins_code = n.fixmedins_code AND c.day = CAST(n.setl_time AS DATE)
-- a bare day is no order
WHERE n.setl_time IS NOT NULL AND n.setl_time <> CAST(CAST(n.setl_time AS DATE) AS TIMESTAMP)
