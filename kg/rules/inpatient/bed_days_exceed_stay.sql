-- One row: a stay with more bed days, or more days of one grade of nursing, than it has days.
WITH graded AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.cnt, l.inscp_fen,
         -- two grades on one day are charged twice, not too long: each is counted by itself
         CASE WHEN l.charge = '01' THEN 'bed' ELSE 'nursing ' || substr(l.med_list_codg, 1, 11) END AS kind
  FROM stay_line l
  WHERE (l.charge = '01' AND substr(l.med_list_codg, 1, 6) = '001109')
     -- the grades are charged by the day, intensive and special nursing by the hour
     OR substr(l.med_list_codg, 1, 11) IN ('00120100003', '00120100004', '00120100005')
  -- the same line twice, to the second, is a duplicate, and another rule's
  QUALIFY l.fee_ocur_time = CAST(l.day AS TIMESTAMP)
       OR ROW_NUMBER() OVER (PARTITION BY l.mdtrt_id, l.med_list_codg, l.fee_ocur_time, l.cnt, l.fee_fen ORDER BY l.bkkp_sn) = 1
),
ended AS (
  -- the day of a move into or out of intensive care needs two beds
  SELECT s.mdtrt_id, s.fixmedins_code, s.stay_days + 2 * COALESCE(i.moves, 0) AS days
  FROM stay s
  LEFT JOIN (SELECT mdtrt_id, COUNT(*) AS moves FROM icu_stay GROUP BY mdtrt_id) i ON i.mdtrt_id = s.mdtrt_id
  WHERE s.ends_at IS NOT NULL AND s.begntime IS NOT NULL AND NOT s.with_newborn
),
rate AS (
  -- how often a house charges the day of discharge too
  SELECT e.fixmedins_code, COUNT(*) AS stays, COUNT_IF(b.billed > e.days) AS long,
         CAST(COUNT_IF(b.billed > e.days) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS rate
  FROM ended e
  JOIN (SELECT mdtrt_id, SUM(cnt) AS billed FROM graded WHERE kind = 'bed' GROUP BY mdtrt_id) b ON b.mdtrt_id = e.mdtrt_id
  GROUP BY e.fixmedins_code
),
against_custom AS (
  -- only where the place has a custom of its own, and it is not to charge that day
  SELECT r.fixmedins_code
  FROM rate r
  CROSS JOIN (SELECT MEDIAN(rate) AS usual_rate FROM rate HAVING COUNT(*) >= $min_peers) u
  WHERE r.long >= $min_stays + r.stays * u.usual_rate * $times + $z * SQRT(r.stays * u.usual_rate * $times)
),
allowed AS (
  SELECT e.mdtrt_id, e.days + CASE WHEN h.fixmedins_code IS NULL THEN $extra_days ELSE 0 END AS days
  FROM ended e
  LEFT JOIN against_custom h ON h.fixmedins_code = e.fixmedins_code
),
total AS (
  SELECT g.mdtrt_id, g.kind, SUM(g.cnt) AS billed, MAX(a.days) AS days
  FROM graded g
  JOIN allowed a ON a.mdtrt_id = g.mdtrt_id
  GROUP BY g.mdtrt_id, g.kind
  HAVING SUM(g.cnt) > MAX(a.days)
),
ordered AS (
  -- the surplus is taken from the cheapest days: the doubt is the hospital's
  SELECT g.*, t.billed - t.days AS excess, t.billed, t.days,
         SUM(g.cnt) OVER (PARTITION BY g.mdtrt_id, g.kind ORDER BY CAST(g.inscp_fen AS DOUBLE) / CAST(g.cnt AS DOUBLE), g.bkkp_sn
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - g.cnt AS taken
  FROM graded g
  JOIN total t ON t.mdtrt_id = g.mdtrt_id AND t.kind = g.kind
),
surplus AS (
  SELECT *, CAST(FLOOR(CAST(inscp_fen AS DOUBLE) * CAST(LEAST(cnt, excess - taken) AS DOUBLE) / CAST(cnt AS DOUBLE)) AS BIGINT) AS fen
  FROM ordered
  WHERE taken < excess
)
SELECT 'encounter' AS subject_type,
       mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := fen))) AS fee_list_d_rows,
       CAST(MAX(billed) FILTER (WHERE kind = 'bed') AS DOUBLE) AS bed_days,
       CAST(MAX(billed) FILTER (WHERE kind <> 'bed') AS DOUBLE) AS nursing_days,
       CAST(MAX(days) AS BIGINT) AS days_allowed
FROM surplus
GROUP BY mdtrt_id
ORDER BY mdtrt_id
