-- One row: a net line of a drug that, by the institution's own records, it never had. judged: old stock cannot explain it any more; packs, persons
-- count the judged lines of the drug.
-- kept: what is billed so is a swap in one rule and no cash in another
-- may lack: invinfo_3501
WITH line AS (
  SELECT l.*, f.known, f.first_count, f.first_purchase,
         -- old stock: seen at the first stocktaking; where nobody counted, sold within ninety days
         COALESCE(CAST(l.fee_ocur_time AS DATE) > COALESCE(f.first_count, f.first_purchase + 90), FALSE) AS judged
  FROM drug_line l
  JOIN stock_feed f ON f.fixmedins_code = l.fixmedins_code
  ANTI JOIN drug_supply s ON s.fixmedins_code = l.fixmedins_code AND s.ingredient_form = l.ingredient_form
),
drug AS (
  SELECT fixmedins_code, ingredient_form, SUM(cnt) AS packs, COUNT(DISTINCT psn_no) AS persons
  FROM line
  WHERE judged
  GROUP BY fixmedins_code, ingredient_form
)
SELECT l.*, d.packs, d.persons
FROM line l
JOIN drug d ON d.fixmedins_code = l.fixmedins_code AND d.ingredient_form = l.ingredient_form
