WITH monthly AS (
  SELECT f.fixmedins_code, f.bilg_dr_code, f.med_list_codg, f.month, COUNT(*) AS lines, SUM(f.cnt) AS cnt,
    CAST(SUM(f.det_item_fee_sumamt) AS BIGINT) AS amount_fen
  FROM fee_list_d f CROSS JOIN setting s
  WHERE f.vali_flag = '1' AND s.detail = 'aggregated'
  GROUP BY 1, 2, 3, 4
),
whose AS (
  SELECT 'Institution' AS start_label, fixmedins_code AS start_key, med_list_codg, month, lines, cnt, amount_fen FROM monthly
  UNION ALL SELECT 'Doctor', bilg_dr_code, med_list_codg, month, lines, cnt, amount_fen FROM monthly WHERE bilg_dr_code IS NOT NULL
)
SELECT w.start_label, w.start_key, i.label AS end_label, w.med_list_codg AS end_key, w.month, CAST(SUM(w.lines) AS BIGINT) AS lines,
  CAST(SUM(w.cnt) AS DOUBLE) AS cnt, CAST(SUM(w.amount_fen) AS BIGINT) AS amount_fen
FROM whose w JOIN item i ON i.code = w.med_list_codg
GROUP BY 1, 2, 3, 4, 5
