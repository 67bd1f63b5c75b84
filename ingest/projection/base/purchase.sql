-- Each box that came into stock, with its supplier.
SELECT t.drug_trac_codg AS code, p.fixmedins_code, p.med_list_codg AS item, p.purc_retn_stoin_time AS bought_at, s.spler_h
FROM purcinfo_3503 p
JOIN trac_d t ON t.source_table = 'purcinfo_3503' AND t.row_id = p.row_id
LEFT JOIN supplier s ON s.spler_name = p.spler_name
