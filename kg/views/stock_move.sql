-- One row: a movement of stock, in the unit of the shop's price; cnt is positive inwards. Records taken back by 3507 are out.
-- kept: six tables are stacked once
-- may lack: invchg_3502, purcretn_3504, selretn_3506, inv_del_3507, selinfo_3505
WITH move AS (
  SELECT fixmedins_code, med_list_codg, purc_retn_stoin_time AS moved_at, purc_retn_cnt AS cnt, 'bought' AS kind, fixmedins_bchno,
         '3' AS data_type, FALSE AS split
  FROM purcinfo_3503
  UNION ALL
  SELECT fixmedins_code, med_list_codg, purc_retn_stoin_time AS moved_at, -ABS(purc_retn_cnt) AS cnt, 'sent back' AS kind, fixmedins_bchno,
         '3' AS data_type, FALSE AS split
  FROM purcretn_3504
  UNION ALL
  SELECT c.fixmedins_code, c.med_list_codg, c.inv_chg_time AS moved_at,
         CASE WHEN g.code IS NULL THEN -ABS(c.cnt) ELSE ABS(c.cnt) END AS cnt, 'changed' AS kind, c.fixmedins_bchno, '2' AS data_type, FALSE AS split
  FROM invchg_3502 c
  LEFT JOIN (SELECT code FROM code_group WHERE list_name = 'inv_chg_type' AND group_name = 'incoming') g ON g.code = c.inv_chg_type
  UNION ALL
  SELECT fixmedins_code, med_list_codg, sel_retn_time AS moved_at, -sel_retn_cnt AS cnt, 'sold' AS kind, fixmedins_bchno, '4' AS data_type,
         COALESCE(trdn_flag, '0') = '1' AS split
  FROM selinfo_3505
  UNION ALL
  SELECT fixmedins_code, med_list_codg, sel_retn_time AS moved_at, ABS(sel_retn_cnt) AS cnt, 'returned' AS kind,
         CAST(NULL AS VARCHAR) AS fixmedins_bchno, '4' AS data_type, COALESCE(trdn_flag, '0') = '1' AS split
  FROM selretn_3506
)
SELECT m.fixmedins_code, m.med_list_codg, m.moved_at, m.cnt, m.kind, m.split
FROM move m
ANTI JOIN inv_del_3507 d ON d.fixmedins_code = m.fixmedins_code AND d.fixmedins_bchno = m.fixmedins_bchno AND d.inv_data_type = m.data_type
