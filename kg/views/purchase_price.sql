-- One row: what an institution paid for a piece of a drug or consumable, and when: from its purchases or, in a hospital, from the book of its store.
-- one of: purcinfo_3503, hosp_stock
SELECT fixmedins_code, med_list_codg, CAST(purc_retn_stoin_time AS DATE) AS day, CAST(finl_trns_pric AS DOUBLE) AS price FROM purcinfo_3503
UNION ALL
SELECT fixmedins_code, med_list_codg, CAST(move_time AS DATE) AS day, CAST(pric AS DOUBLE) AS price FROM hosp_stock WHERE move_type = '108'
