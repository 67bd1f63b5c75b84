-- One row: an institution with stocktaking: since when, and the share of the drugs it bills that its stock records know at all.
WITH since AS (
  SELECT fixmedins_code, MIN(first_count) AS first_count FROM stock_count GROUP BY fixmedins_code
),
billed AS (
  SELECT DISTINCT fixmedins_code, ingredient_form FROM drug_line
)
SELECT b.fixmedins_code, s.first_count, COUNT(*) AS drugs,
       CAST(COUNT(d.ingredient_form) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS known
FROM billed b
JOIN since s ON s.fixmedins_code = b.fixmedins_code
LEFT JOIN drug_supply d ON d.fixmedins_code = b.fixmedins_code AND d.ingredient_form = b.ingredient_form
GROUP BY b.fixmedins_code, s.first_count
