-- One row: a quarter of the year that the book covers, by its number (year * 4 + quarter), so that last year's is four less.
-- passes: three columns of the settlements
SELECT EXTRACT(YEAR FROM setl_time) * 4 + (EXTRACT(MONTH FROM setl_time) - 1) // 3 AS quarter,
       CAST(MIN(setl_time) AS DATE) AS first_day, CAST(MAX(setl_time) AS DATE) AS last_day
FROM setl_d
WHERE vali_flag = '1' AND setl_time IS NOT NULL
GROUP BY EXTRACT(YEAR FROM setl_time) * 4 + (EXTRACT(MONTH FROM setl_time) - 1) // 3
-- a quarter has ninety days or more; a holiday at an end may be quiet
HAVING date_diff('day', CAST(MIN(setl_time) AS DATE), CAST(MAX(setl_time) AS DATE)) >= 85
