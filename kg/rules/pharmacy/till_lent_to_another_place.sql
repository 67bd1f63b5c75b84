-- One row: a shop with a desk whose sales lack the boxes that its other desks scan, and whose customers live far away; the desk's settlements.
WITH boxed AS (
  SELECT setl_id FROM box_sale WHERE setl_id IS NOT NULL
  UNION
  SELECT n.setl_id FROM box_sale b JOIN net_settlement n ON n.mdtrt_id = b.mdtrt_id
),
sale AS (
  SELECT n.setl_id, n.psn_no, n.fixmedins_code, n.opter_id, b.setl_id IS NOT NULL AS boxed,
         -- a degree of latitude is 111.32 km, one of longitude shrinks with the cosine of the latitude
         SQRT(POWER((p.lat - i.lat) * 111.32, 2) + POWER((p.lnt - i.lnt) * 111.32 * COS(i.lat * 0.017453292519943295), 2)) AS km
  FROM net_settlement n
  JOIN institution i ON i.fixmedins_code = n.fixmedins_code
  LEFT JOIN psn_b p ON p.psn_no = n.psn_no
  LEFT JOIN boxed b ON b.setl_id = n.setl_id
  WHERE n.at_shop AND n.opter_id IS NOT NULL
),
desk AS (
  SELECT fixmedins_code, opter_id, COUNT(*) AS sales, COUNT_IF(boxed) AS boxed, MEDIAN(km) AS km FROM sale GROUP BY fixmedins_code, opter_id
),
-- the shop's other desks say what is usual there
other AS (
  SELECT d.fixmedins_code, d.opter_id, COUNT(*) AS sales, COUNT_IF(s.boxed) AS boxed, MEDIAN(s.km) AS km
  FROM desk d
  JOIN sale s ON s.fixmedins_code = d.fixmedins_code AND s.opter_id <> d.opter_id
  WHERE d.sales >= $min_settlements
  GROUP BY d.fixmedins_code, d.opter_id
),
lent AS (
  SELECT d.fixmedins_code, d.opter_id, d.sales, d.boxed, d.km, o.km AS usual_km
  FROM desk d
  JOIN other o ON o.fixmedins_code = d.fixmedins_code AND o.opter_id = d.opter_id
  WHERE o.sales > d.sales
    AND o.boxed >= $feed * o.sales AND d.boxed * o.sales <= $share * o.boxed * d.sales
    AND d.km >= $min_km AND d.km >= $times * o.km
)
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := s.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       MIN(l.opter_id) AS desk,
       MAX(l.sales) AS sales,
       MAX(l.boxed) AS with_box,
       ROUND(MAX(l.km), 1) AS customers_live_km_away,
       ROUND(MAX(l.usual_km), 1) AS others_live_km_away
FROM lent l
JOIN sale s ON s.fixmedins_code = l.fixmedins_code AND s.opter_id = l.opter_id
GROUP BY l.fixmedins_code
ORDER BY l.fixmedins_code
