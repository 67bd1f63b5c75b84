-- One row: a stay that overlaps another of the same person in another hospital, and is the less credible of the two.
WITH pair AS (
  SELECT a.mdtrt_id AS first_id, b.mdtrt_id AS second_id, b.fixmedins_code <> a.fixmedins_code AS two_places,
         CAST(FLOOR(epoch(LEAST(a.ends_at, b.ends_at))) AS BIGINT) - CAST(FLOOR(epoch(b.begntime)) AS BIGINT) AS overlap_seconds
  FROM stay a
  JOIN stay b ON b.identity = a.identity AND b.begntime >= a.begntime AND b.begntime < a.ends_at AND b.mdtrt_id <> a.mdtrt_id
             AND b.fixmedins_code <> a.fixmedins_code
  WHERE b.ends_at IS NOT NULL
    AND NOT a.with_newborn AND NOT b.with_newborn
    AND (b.refl_old_mdtrt_id IS NULL OR b.refl_old_mdtrt_id <> a.mdtrt_id)
    AND (a.refl_old_mdtrt_id IS NULL OR a.refl_old_mdtrt_id <> b.mdtrt_id)
),
billed AS (
  SELECT DISTINCT mdtrt_id FROM stay_day_bill
),
weighed AS (
  -- the doubtful one was seen less, then treated less, then began later
  SELECT p.overlap_seconds,
         CASE WHEN y.days_present < x.days_present THEN p.second_id
              WHEN y.days_present > x.days_present THEN p.first_id
              WHEN y.days_witnessed > x.days_witnessed THEN p.first_id
              WHEN y.days_witnessed = x.days_witnessed AND y.days_treated > x.days_treated THEN p.first_id
              ELSE p.second_id END AS doubtful,
         p.first_id, p.second_id
  FROM pair p
  JOIN stay_presence x ON x.mdtrt_id = p.first_id
  JOIN stay_presence y ON y.mdtrt_id = p.second_id
  SEMI JOIN billed b ON b.mdtrt_id = p.first_id
  SEMI JOIN billed c ON c.mdtrt_id = p.second_id
  WHERE p.overlap_seconds > $overlap_hours * 3600
)
SELECT 'encounter' AS subject_type,
       doubtful AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := doubtful, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       MIN(CASE WHEN doubtful = first_id THEN second_id ELSE first_id END) AS other_stay,
       MAX(overlap_seconds) // 3600 AS overlap_hours
FROM weighed
GROUP BY doubtful
ORDER BY doubtful
