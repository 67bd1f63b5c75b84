-- One row: a surgeon who stood at two tables at once, again and again, and the operations whose records say less.
WITH pair AS (
  SELECT a.oper_dr_code, a.setl_list_oprn_id AS first_id, b.setl_list_oprn_id AS second_id, a.fixmedins_code <> b.fixmedins_code AS apart,
         CASE WHEN a.fixmedins_code = b.fixmedins_code
              THEN CAST(FLOOR(epoch(LEAST(a.ends_at, b.ends_at))) AS BIGINT) - CAST(FLOOR(epoch(b.begins_at)) AS BIGINT)
              -- metres as the crow flies, a third more on the road, 60 km an hour; hospitals that nobody placed on the map are next door
              ELSE CAST(FLOOR(epoch(a.ends_at)) AS BIGINT) - CAST(FLOOR(epoch(b.begins_at)) AS BIGINT)
                   + COALESCE(SQRT(POWER((x.lat - y.lat) * 111320, 2) + POWER((x.lnt - y.lnt) * 111320 * COS(x.lat * 0.017453292519943295), 2))
                              * 1.3 / 16.7, 0)
         END AS seconds_missing,
         CASE WHEN b.noted AND NOT a.noted THEN a.setl_list_oprn_id
              WHEN b.asleep_at IS NOT NULL AND a.asleep_at IS NULL AND a.noted = b.noted THEN a.setl_list_oprn_id
              ELSE b.setl_list_oprn_id END AS doubtful
  FROM operation a
  JOIN operation b ON b.oper_dr_code = a.oper_dr_code AND b.psn_no <> a.psn_no AND b.setl_list_oprn_id <> a.setl_list_oprn_id
                  AND b.begins_at >= a.begins_at AND b.begins_at < a.ends_at + INTERVAL 6 HOUR
                  AND (b.begins_at > a.begins_at OR b.setl_list_oprn_id > a.setl_list_oprn_id)
  LEFT JOIN institution x ON x.fixmedins_code = a.fixmedins_code
  LEFT JOIN institution y ON y.fixmedins_code = b.fixmedins_code
),
clash AS (
  SELECT * FROM pair WHERE seconds_missing > $overlap_minutes * 60
),
double AS (
  SELECT DISTINCT setl_list_oprn_id
  FROM (SELECT first_id AS setl_list_oprn_id FROM clash WHERE NOT apart UNION ALL SELECT second_id AS setl_list_oprn_id FROM clash WHERE NOT apart) AS collided
),
habit AS (
  -- where every third operation collides, the register names the head of the department
  SELECT o.fixmedins_code
  FROM operation o
  LEFT JOIN double d ON d.setl_list_oprn_id = o.setl_list_oprn_id
  WHERE o.begins_at IS NOT NULL AND o.oper_dr_code IS NOT NULL
  GROUP BY o.fixmedins_code
  HAVING COUNT(*) >= $min_operations AND COUNT(d.setl_list_oprn_id) > COUNT(*) * $titular_share
),
judged AS (
  SELECT c.*
  FROM clash c
  JOIN operation o ON o.setl_list_oprn_id = c.doubtful
  LEFT JOIN habit h ON h.fixmedins_code = o.fixmedins_code
  WHERE c.apart OR h.fixmedins_code IS NULL
),
surgeon AS (
  SELECT oper_dr_code, COUNT(DISTINCT doubtful) AS clashes, COUNT(DISTINCT doubtful) FILTER (WHERE apart) AS in_two_hospitals
  FROM judged
  GROUP BY oper_dr_code
  HAVING COUNT(DISTINCT doubtful) >= $min_clashes
),
doubt AS (
  SELECT DISTINCT j.oper_dr_code, o.setl_list_oprn_id, o.mdtrt_id, o.day
  FROM judged j
  JOIN operation o ON o.setl_list_oprn_id = j.doubtful
),
lines AS (
  SELECT oper_dr_code, LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS rows_of
  FROM (SELECT DISTINCT d.oper_dr_code, l.mdtrt_id, l.bkkp_sn, l.inscp_fen
        FROM doubt d
        JOIN theatre_line l ON l.mdtrt_id = d.mdtrt_id AND l.day >= d.day AND l.day <= d.day + 1) AS billed
  GROUP BY oper_dr_code
)
SELECT 'doctor' AS subject_type,
       d.oper_dr_code AS subject_id,
       l.rows_of AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(setl_list_oprn_id := d.setl_list_oprn_id, fen := CAST(0 AS BIGINT)))) AS setl_list_oprn_d_rows,
       MAX(s.clashes) AS clashes,
       MAX(s.in_two_hospitals) AS in_two_hospitals
FROM doubt d
JOIN surgeon s ON s.oper_dr_code = d.oper_dr_code
LEFT JOIN lines l ON l.oper_dr_code = d.oper_dr_code
GROUP BY d.oper_dr_code, l.rows_of
ORDER BY d.oper_dr_code
