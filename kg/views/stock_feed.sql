-- One row: an institution with stock records, since when they speak (first stocktaking, first purchase), and the share of its billed drugs they know.
-- may lack: invinfo_3501
WITH counted AS (
  SELECT fixmedins_code, MIN(first_count) AS first_count FROM stock_count GROUP BY fixmedins_code
),
bought AS (
  SELECT fixmedins_code, MIN(CAST(purc_retn_stoin_time AS DATE)) AS first_purchase FROM purcinfo_3503 GROUP BY fixmedins_code
),
billed AS (
  SELECT DISTINCT fixmedins_code, ingredient_form FROM drug_line
)
SELECT b.fixmedins_code, c.first_count, p.first_purchase, COUNT(*) AS drugs,
       CAST(COUNT(d.ingredient_form) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS known
FROM billed b
JOIN bought p ON p.fixmedins_code = b.fixmedins_code
LEFT JOIN counted c ON c.fixmedins_code = b.fixmedins_code
LEFT JOIN drug_supply d ON d.fixmedins_code = b.fixmedins_code AND d.ingredient_form = b.ingredient_form
GROUP BY b.fixmedins_code, c.first_count, p.first_purchase
