-- One row: a shop that settled for customers although its own records show nothing leaving the shelf.
WITH swapped AS (
  -- a drug that the shop never had: what was handed over instead is drug_swap's question
  SELECT DISTINCT setl_id FROM never_stocked WHERE known >= $feed AND packs >= $min_packs
),
day_of AS (
  SELECT fixmedins_code, day, COUNT(*) AS settlements, COUNT_IF(served) AS served FROM goods_sold GROUP BY fixmedins_code, day
),
feed AS (
  SELECT fixmedins_code, CAST(COUNT_IF(served) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS covered FROM goods_sold GROUP BY fixmedins_code
),
empty AS (
  SELECT g.*
  FROM goods_sold g
  JOIN feed f ON f.fixmedins_code = g.fixmedins_code
  JOIN day_of d ON d.fixmedins_code = g.fixmedins_code AND d.day = g.day
  ANTI JOIN swapped w ON w.setl_id = g.setl_id
  WHERE NOT g.served AND f.covered >= $feed
    AND d.served >= d.settlements * $day_feed              -- a day on which the upload failed says nothing
),
rate AS (
  SELECT v.fixmedins_code, v.settlements, CAST(COALESCE(e.settlements, 0) AS DOUBLE) / CAST(v.settlements AS DOUBLE) AS rate
  FROM (SELECT fixmedins_code, COUNT(*) AS settlements FROM goods_sold GROUP BY fixmedins_code) v
  LEFT JOIN (SELECT fixmedins_code, COUNT(*) AS settlements FROM empty GROUP BY fixmedins_code) e ON e.fixmedins_code = v.fixmedins_code
)
SELECT 'institution' AS subject_type,
       e.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(setl_id := e.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       COUNT(*) AS settlements,
       COUNT(DISTINCT e.psn_no) AS persons,
       MAX(u.usual_rate) AS usual_rate
FROM empty e
JOIN rate r ON r.fixmedins_code = e.fixmedins_code
CROSS JOIN (SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate) u
GROUP BY e.fixmedins_code
HAVING COUNT(DISTINCT e.psn_no) >= $min_persons
   AND COUNT(*) >= $min_persons + MAX(r.settlements * (u.usual_rate + $slack)) * $times
                   + $z * SQRT(MAX(r.settlements * (u.usual_rate + $slack)) * $times)
ORDER BY e.fixmedins_code
