-- One row: a box that came into an institution: bought (3503), moved in (3502) or counted (3501).
-- kept: three stock tables are split and joined once
-- may lack: invchg_3502, invinfo_3501
SELECT t.drug_trac_codg, p.fixmedins_code, p.med_list_codg, p.purc_retn_stoin_time AS came_at, p.spler_name, 'purcinfo_3503' AS source_table
FROM purcinfo_3503 p
JOIN trac_d t ON t.source_table = 'purcinfo_3503' AND t.row_id = p.row_id
UNION ALL
SELECT t.drug_trac_codg, c.fixmedins_code, c.med_list_codg, c.inv_chg_time AS came_at, CAST(NULL AS VARCHAR) AS spler_name,
       'invchg_3502' AS source_table
FROM invchg_3502 c
JOIN trac_d t ON t.source_table = 'invchg_3502' AND t.row_id = c.row_id
SEMI JOIN (SELECT code FROM code_group WHERE list_name = 'inv_chg_type' AND group_name = 'incoming') g ON g.code = c.inv_chg_type
UNION ALL
SELECT t.drug_trac_codg, i.fixmedins_code, i.med_list_codg, CAST(i.invdate AS TIMESTAMP) AS came_at, CAST(NULL AS VARCHAR) AS spler_name,
       'invinfo_3501' AS source_table
FROM invinfo_3501 i
JOIN trac_d t ON t.source_table = 'invinfo_3501' AND t.row_id = i.row_id
