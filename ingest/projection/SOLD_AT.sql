-- A sale that one table ties to a settlement and the other does not is one sale: equal institution, code and day.
SELECT s.code AS start_key, s.fixmedins_code AS end_key, CAST(SUM(s.sales) AS BIGINT) AS sales, MIN(s.first) AS first, MAX(s.last) AS last
FROM sale s
WHERE s.setl_id IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM sale k WHERE k.code = s.code AND k.fixmedins_code = s.fixmedins_code AND k.day = s.day AND k.setl_id IS NOT NULL
  )
GROUP BY 1, 2
