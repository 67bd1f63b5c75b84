-- One row: a hospital whose patients come back for the same illness far oftener than the same patients do elsewhere.
WITH discharge AS (
  -- alike: one illness, one of three ages; an unknown age is a group of its own
  SELECT r.*, r.disease || CASE WHEN m.age >= $old THEN ' old' WHEN m.age < 18 THEN ' child' WHEN m.age IS NULL THEN ' unknown' ELSE ' adult' END AS alike
  FROM stay_return r
  JOIN mdtrt_d m ON m.mdtrt_id = r.mdtrt_id
),
cell AS (
  SELECT fixmedins_code, alike, COUNT(*) AS n, COUNT_IF(COALESCE(gap_days <= $short_days, FALSE)) AS short, COUNT_IF(COALESCE(gap_days <= $long_days, FALSE)) AS long
  FROM discharge
  GROUP BY fixmedins_code, alike
),
elsewhere AS (
  SELECT *, SUM(n) OVER everywhere - n AS other_n, SUM(short) OVER everywhere - short AS other_short, SUM(long) OVER everywhere - long AS other_long,
         COUNT(*) OVER everywhere - 1 AS other_houses
  FROM cell
  WINDOW everywhere AS (PARTITION BY alike)
),
house AS (
  SELECT fixmedins_code, SUM(n) AS discharges, SUM(short) AS short, SUM(long) AS long,
         SUM(CAST(n AS DOUBLE) * CAST(other_short AS DOUBLE) / CAST(other_n AS DOUBLE)) AS due_short,
         SUM(CAST(n AS DOUBLE) * CAST(other_long AS DOUBLE) / CAST(other_n AS DOUBLE)) AS due_long
  FROM elsewhere
  -- patients whom nobody else treats have no usual rate
  WHERE other_houses >= $min_houses AND other_n >= $min_elsewhere
  GROUP BY fixmedins_code
),
outlier AS (
  SELECT *
  FROM house
  WHERE discharges >= $min_n
    AND (short >= $min_returns + due_short * $times + $z * SQRT(due_short * $times)
         OR long >= $min_returns + due_long * $times + $z * SQRT(due_long * $times))
)
SELECT 'institution' AS subject_type,
       o.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := d.next_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       MAX(o.discharges) AS discharges,
       MAX(o.short) AS returns_short,
       ROUND(MAX(o.due_short), 2) AS due_short,
       MAX(o.long) AS returns_long,
       ROUND(MAX(o.due_long), 2) AS due_long
FROM outlier o
JOIN discharge d ON d.fixmedins_code = o.fixmedins_code AND d.gap_days <= $long_days
GROUP BY o.fixmedins_code
ORDER BY o.fixmedins_code
