-- One row: a box that was taken back at an institution at least once. What was sold again after that may be late posting of the return.
-- may lack: selretn_3506
SELECT DISTINCT t.drug_trac_codg, r.fixmedins_code
FROM selretn_3506 r
JOIN trac_d t ON t.source_table = 'selretn_3506' AND t.row_id = r.row_id
