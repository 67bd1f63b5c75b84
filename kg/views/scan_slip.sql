-- One row: an institution, its insured box sales, the boxes it sold more than once, and the rate at which the usual institution does so.
WITH repeat AS (
  SELECT fixmedins_code, COUNT(*) AS repeats
  FROM (SELECT fixmedins_code, drug_trac_codg FROM repeated_sale GROUP BY fixmedins_code, drug_trac_codg HAVING COUNT(*) > 1) AS twice
  GROUP BY fixmedins_code
),
volume AS (
  SELECT fixmedins_code, COUNT(*) AS sales FROM live_sale GROUP BY fixmedins_code
),
rate AS (
  SELECT v.fixmedins_code, v.sales, COALESCE(r.repeats, 0) AS repeats,
         CAST(COALESCE(r.repeats, 0) AS DOUBLE) / CAST(v.sales AS DOUBLE) AS rate
  FROM volume v
  LEFT JOIN repeat r ON r.fixmedins_code = v.fixmedins_code
)
SELECT fixmedins_code, sales, repeats, u.usual_rate
FROM rate
-- fewer than five institutions have no usual one
CROSS JOIN (SELECT CASE WHEN COUNT(*) >= 5 THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate) u
