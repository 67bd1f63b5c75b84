-- One row: a shop with desks whose sales lack the boxes that its other desks scan, and whose customers live far away; those desks' settlements.
WITH boxed AS (
  SELECT DISTINCT mdtrt_id, bkkp_sn FROM live_sale
),
sale AS (
  SELECT n.setl_id, n.fixmedins_code, n.opter_id,
         -- a degree of latitude is 111.32 km, one of longitude shrinks with the cosine of the latitude
         SQRT(POWER((p.lat - i.lat) * 111.32, 2) + POWER((p.lnt - i.lnt) * 111.32 * COS(i.lat * 0.017453292519943295), 2)) AS km
  FROM net_settlement n
  JOIN institution i ON i.fixmedins_code = n.fixmedins_code
  LEFT JOIN psn_b p ON p.psn_no = n.psn_no
  WHERE n.at_shop AND n.opter_id IS NOT NULL
),
goods AS (
  SELECT s.fixmedins_code, s.opter_id, COUNT(*) AS lines, COUNT(b.bkkp_sn) AS boxed
  FROM sale s
  JOIN net_line l ON l.setl_id = s.setl_id
  LEFT JOIN boxed b ON b.mdtrt_id = l.mdtrt_id AND b.bkkp_sn = l.bkkp_sn
  GROUP BY s.fixmedins_code, s.opter_id
),
desk AS (
  SELECT s.fixmedins_code, s.opter_id, COUNT(*) AS sales, MEDIAN(s.km) AS km, MAX(g.lines) AS lines, MAX(g.boxed) AS boxed
  FROM sale s
  JOIN goods g ON g.fixmedins_code = s.fixmedins_code AND g.opter_id = s.opter_id
  GROUP BY s.fixmedins_code, s.opter_id
  HAVING COUNT(*) >= $min_settlements
),
away AS (
  SELECT d.*
  FROM desk d
  JOIN (SELECT fixmedins_code, MIN(km) AS km FROM desk GROUP BY fixmedins_code) n ON n.fixmedins_code = d.fixmedins_code
  WHERE d.km >= $min_km AND d.km >= $times * n.km
),
-- the shop's other desks say what is usual there: of several that are lent none speaks for another
home AS (
  SELECT d.fixmedins_code, SUM(d.sales) AS sales, SUM(d.lines) AS lines, SUM(d.boxed) AS boxed, MAX(d.km) AS km
  FROM desk d
  ANTI JOIN away a ON a.fixmedins_code = d.fixmedins_code AND a.opter_id = d.opter_id
  GROUP BY d.fixmedins_code
),
lent AS (
  SELECT a.*, h.km AS usual_km
  FROM away a
  JOIN home h ON h.fixmedins_code = a.fixmedins_code
  WHERE h.sales > a.sales AND h.boxed >= $feed * h.lines AND a.boxed * h.lines <= $share * h.boxed * a.lines
)
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := s.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       MIN(l.opter_id) AS desk,
       COUNT(DISTINCT l.opter_id) AS desks,
       COUNT(DISTINCT s.setl_id) AS sales,
       ROUND(MAX(CAST(l.boxed AS DOUBLE) / l.lines), 3) AS share_with_box,
       ROUND(MIN(l.km), 1) AS customers_live_km_away,
       ROUND(MAX(l.usual_km), 1) AS others_live_km_away
FROM lent l
JOIN sale s ON s.fixmedins_code = l.fixmedins_code AND s.opter_id = l.opter_id
GROUP BY l.fixmedins_code
ORDER BY l.fixmedins_code
