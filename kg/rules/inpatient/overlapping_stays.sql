-- One row: a stay that overlaps another of the same person in another hospital, and is the less credible of the two.
WITH pair AS (
  SELECT a.mdtrt_id AS first_id, b.mdtrt_id AS second_id, CAST(b.begntime AS DATE) AS from_day,
         CAST(LEAST(a.ends_at, b.ends_at) AS DATE) AS to_day,
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
presence AS (
  -- who was seen, witnessed and treated where on the days in question
  SELECT p.first_id, p.second_id, d.mdtrt_id,
         -- seen speaks for a stay, missed against it; a hospital that never looked is neither
         COUNT_IF(d.present) - COUNT_IF(d.asked AND NOT d.present AND NOT d.witnessed) AS days_present,
         COUNT_IF(d.asked) AS days_asked, COUNT_IF(d.asked AND NOT d.present AND NOT d.witnessed) AS days_missed, COUNT_IF(d.witnessed) AS days_witnessed, COUNT_IF(d.treated) AS days_treated
  FROM pair p
  JOIN (SELECT first_id, second_id, first_id AS mdtrt_id FROM pair UNION SELECT first_id, second_id, second_id AS mdtrt_id FROM pair) o
    ON o.first_id = p.first_id AND o.second_id = p.second_id
  JOIN stay_day d ON d.mdtrt_id = o.mdtrt_id AND d.day >= p.from_day AND d.day <= p.to_day
  GROUP BY p.first_id, p.second_id, d.mdtrt_id
),
weighed AS (
  -- the doubtful one was seen less and missed more, then witnessed less, then treated less, then began later
  SELECT p.overlap_seconds,
         CASE WHEN COALESCE(y.days_present, 0) < COALESCE(x.days_present, 0) THEN p.second_id
              WHEN COALESCE(y.days_present, 0) > COALESCE(x.days_present, 0) THEN p.first_id
              WHEN COALESCE(y.days_witnessed, 0) < COALESCE(x.days_witnessed, 0) THEN p.second_id
              WHEN COALESCE(y.days_witnessed, 0) > COALESCE(x.days_witnessed, 0) THEN p.first_id
              WHEN COALESCE(y.days_treated, 0) > COALESCE(x.days_treated, 0) THEN p.first_id
              ELSE p.second_id END AS doubtful,
         p.first_id, p.second_id, x.days_asked AS first_asked, y.days_asked AS second_asked,
         COALESCE(x.days_missed, 0) AS first_missed, COALESCE(y.days_missed, 0) AS second_missed
  FROM pair p
  LEFT JOIN presence x ON x.first_id = p.first_id AND x.second_id = p.second_id AND x.mdtrt_id = p.first_id
  LEFT JOIN presence y ON y.first_id = p.first_id AND y.second_id = p.second_id AND y.mdtrt_id = p.second_id
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
-- one hospital missed the patient now and then, the other never looked: which of the two is paper, nobody can say from here
WHERE NOT (CASE WHEN doubtful = first_id THEN second_missed ELSE first_missed END > 0
           AND COALESCE(CASE WHEN doubtful = first_id THEN first_asked ELSE second_asked END, 0) = 0)
GROUP BY doubtful
ORDER BY doubtful
