-- One row: a stocktaking of a drug at an institution (all batches of a day together), and the day of the institution's first stocktaking.
-- may lack: inv_del_3507
WITH counted AS (
  SELECT i.fixmedins_code, i.med_list_codg, i.invdate, SUM(i.inv_cnt) AS cnt
  FROM invinfo_3501 i
  ANTI JOIN inv_del_3507 d ON d.fixmedins_code = i.fixmedins_code AND d.fixmedins_bchno = i.fixmedins_bchno AND d.inv_data_type = '1'
  GROUP BY i.fixmedins_code, i.med_list_codg, i.invdate
)
SELECT *, MIN(invdate) OVER (PARTITION BY fixmedins_code) AS first_count
FROM counted
