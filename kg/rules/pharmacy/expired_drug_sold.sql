-- One row: an institution that billed boxes whose day of expiry, by its own purchase of the lot, lay behind.
WITH bought AS (
  -- a lot for which two days of expiry are written was typed wrong somewhere: the later one counts
  SELECT fixmedins_code, med_list_codg, lower(manu_lotnum) AS lot, MAX(CAST(expy_end AS DATE)) AS expires
  FROM purcinfo_3503
  WHERE expy_end IS NOT NULL AND manu_lotnum IS NOT NULL
  GROUP BY fixmedins_code, med_list_codg, lower(manu_lotnum)
),
sold AS (
  SELECT s.row_id, s.fixmedins_code, s.med_list_codg, s.setl_id, CAST(s.sel_retn_time AS DATE) AS day, GREATEST(CAST(s.expy_end AS DATE), b.expires) AS expires
  FROM selinfo_3505 s
  JOIN bought b ON b.fixmedins_code = s.fixmedins_code AND b.med_list_codg = s.med_list_codg AND b.lot = lower(s.manu_lotnum)
  WHERE s.mdtrt_setl_type = '1' AND s.sel_retn_cnt > 0 AND s.expy_end IS NOT NULL
),
late AS (
  SELECT *
  FROM sold
  WHERE date_diff('day', CAST(expires AS DATE), CAST(day AS DATE)) > $grace_days
    -- 1900 and its like stand for no date
    AND date_diff('day', CAST(expires AS DATE), CAST(day AS DATE)) < 3650
)
SELECT 'institution' AS subject_type,
       e.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(row_id := e.row_id, fen := CAST(0 AS BIGINT)))) AS selinfo_3505_rows,
       COUNT(DISTINCT e.row_id) AS sales,
       MAX(date_diff('day', CAST(e.expires AS DATE), CAST(e.day AS DATE))) AS most_days_expired
FROM late e
JOIN net_line l ON l.setl_id = e.setl_id AND l.med_list_codg = e.med_list_codg
GROUP BY e.fixmedins_code
HAVING COUNT(DISTINCT e.row_id) >= $min_sales
ORDER BY e.fixmedins_code
