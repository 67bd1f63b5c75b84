-- One row: a box that left an institution for good: destroyed or sent back (3502 of kinds 105, 109, 111; 3504). Records taken back by 3507 are out.
-- A box counted as lost (104) may be found again, one moved to a branch (102) may come back: neither is here.
-- may lack: invchg_3502, purcretn_3504, inv_del_3507
SELECT t.drug_trac_codg, c.fixmedins_code, c.inv_chg_time AS went_at, CASE WHEN c.inv_chg_type = '105' THEN 'destroyed' ELSE 'sent back' END AS how,
       'invchg_3502' AS source_table, c.row_id
FROM invchg_3502 c
JOIN trac_d t ON t.source_table = 'invchg_3502' AND t.row_id = c.row_id
ANTI JOIN inv_del_3507 d ON d.fixmedins_code = c.fixmedins_code AND d.fixmedins_bchno = c.fixmedins_bchno AND d.inv_data_type = '2'
WHERE c.inv_chg_type IN ('105', '109', '111')
UNION ALL
SELECT t.drug_trac_codg, r.fixmedins_code, r.purc_retn_stoin_time AS went_at, 'sent back' AS how, 'purcretn_3504' AS source_table, r.row_id
FROM purcretn_3504 r
JOIN trac_d t ON t.source_table = 'purcretn_3504' AND t.row_id = r.row_id
ANTI JOIN inv_del_3507 d ON d.fixmedins_code = r.fixmedins_code AND d.fixmedins_bchno = r.fixmedins_bchno AND d.inv_data_type = '3'
