-- One row: a hospital and an article of which more was billed than its store ever handed out. replaced: pieces of cheaper articles of the group that
-- were handed out and stand on no bill, beyond what is usual in this house.
-- kept: two rules read it
WITH feed AS (
  -- a store that keeps only part of the articles has no balance; what the usual article leaves unbilled goes to patients without insurance
  SELECT fixmedins_code, MEDIAN(CASE WHEN issued > 0 THEN GREATEST(issued - billed, 0) / issued ELSE 0 END) AS unbilled
  FROM store_article
  WHERE billed > 0
  GROUP BY fixmedins_code
  HAVING COUNT_IF(issued > 0) >= COUNT(*) * 0.7
),
excess AS (
  -- what stood on the wards before the first day is no more than a fortnight's use
  SELECT a.*, a.billed - a.issued - a.billed * LEAST(14.0 / (date_diff('day', CAST(a.since AS DATE), CAST(a.until AS DATE)) + 1), 1) AS surplus
  FROM store_article a
  SEMI JOIN feed f ON f.fixmedins_code = a.fixmedins_code
  WHERE a.issued > 0
)
SELECT e.fixmedins_code, e.med_list_codg, e.article_group, e.since, e.until, e.billed, e.issued, e.surplus, e.fen,
       COALESCE(SUM(GREATEST(g.issued - g.billed - g.issued * f.unbilled, 0)), 0) AS replaced, MIN(g.fen) AS given_fen
FROM excess e
JOIN feed f ON f.fixmedins_code = e.fixmedins_code
LEFT JOIN store_article g ON g.fixmedins_code = e.fixmedins_code AND g.article_group = e.article_group AND g.fen < e.fen
WHERE e.surplus > 0
GROUP BY e.fixmedins_code, e.med_list_codg, e.article_group, e.since, e.until, e.billed, e.issued, e.surplus, e.fen
