-- One row: an institution and a drug (ingredient and form): all that it can have had since its first stocktaking or, where nobody counted, since its
-- records begin; cash sales not taken off.
-- kept: read by two rules
-- may lack: invinfo_3501
WITH counted AS (
  SELECT fixmedins_code, med_list_codg, cnt, first_count FROM stock_count WHERE invdate = first_count
),
since AS (
  SELECT fixmedins_code, MIN(first_count) AS first_count FROM stock_count GROUP BY fixmedins_code
),
supply AS (
  SELECT fixmedins_code, med_list_codg, cnt FROM counted
  UNION ALL
  SELECT m.fixmedins_code, m.med_list_codg, m.cnt
  FROM stock_move m
  LEFT JOIN since s ON s.fixmedins_code = m.fixmedins_code
  WHERE m.kind IN ('bought', 'sent back', 'changed') AND (s.first_count IS NULL OR CAST(m.moved_at AS DATE) >= s.first_count)
)
SELECT fixmedins_code,
       CASE substr(med_list_codg, 1, 1) WHEN 'X' THEN substr(med_list_codg, 1, 14) WHEN 'Z' THEN substr(med_list_codg, 1, 11)
            ELSE substr(med_list_codg, 1, 10) END AS ingredient_form,
       SUM(cnt) AS cnt
FROM supply
GROUP BY ALL
