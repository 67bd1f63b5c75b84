-- One row: a person and the household that shelters him from suspicion when one of them runs errands for all.
-- passes: three columns of psn_b
-- may lack: psn_b
SELECT psn_no,
       COALESCE('family ' || family_id, 'address ' || addr_h, 'person ' || psn_no) AS household,
       addr_h
FROM psn_b
