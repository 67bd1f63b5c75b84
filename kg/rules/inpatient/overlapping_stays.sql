-- One row: a stay that overlaps another of the same person in another hospital, and is the less credible of the two.
WITH pair AS (
  SELECT a.mdtrt_id AS first_id, b.mdtrt_id AS second_id, a.fixmedins_code AS first_place, b.fixmedins_code AS second_place,
         CAST(FLOOR(epoch(LEAST(a.ends_at, b.ends_at))) AS BIGINT) - CAST(FLOOR(epoch(b.begntime)) AS BIGINT) AS overlap_seconds
  FROM stay a
  JOIN stay b ON b.identity = a.identity AND b.begntime >= a.begntime AND b.begntime < a.ends_at AND b.mdtrt_id <> a.mdtrt_id
             AND b.fixmedins_code <> a.fixmedins_code AND (b.begntime > a.begntime OR b.mdtrt_id > a.mdtrt_id)
  WHERE b.ends_at IS NOT NULL
    AND NOT a.with_newborn AND NOT b.with_newborn
    AND (b.refl_old_mdtrt_id IS NULL OR b.refl_old_mdtrt_id <> a.mdtrt_id)
    AND (a.refl_old_mdtrt_id IS NULL OR a.refl_old_mdtrt_id <> b.mdtrt_id)
),
billed AS (
  SELECT DISTINCT mdtrt_id FROM stay_day_bill
),
known AS (
  -- what speaks for a stay and against it on one of its full days
  SELECT mdtrt_id, day, asked, treated,
         CASE WHEN witnessed THEN 1 ELSE 0 END AS witness,
         -- a day on which most of the others were not seen either is the device's
         CASE WHEN present THEN 1
              WHEN asked AND NOT witnessed AND NOT on_leave AND others_present >= others * $others_seen THEN -1 ELSE 0 END AS seen
  FROM stay_day
),
whole AS (
  SELECT mdtrt_id, COUNT_IF(asked) AS asked, COUNT_IF(seen = -1) AS missed, COUNT_IF(seen <> 0) AS judged FROM known GROUP BY mdtrt_id
),
shared AS (
  -- only days that lie fully inside both stays are compared
  SELECT p.first_id, p.second_id, SUM(x.seen - y.seen) AS seen, SUM(x.witness - y.witness) AS witness,
         COUNT_IF(x.treated) - COUNT_IF(y.treated) AS treated
  FROM pair p
  JOIN known x ON x.mdtrt_id = p.first_id
  JOIN known y ON y.mdtrt_id = p.second_id AND y.day = x.day
  GROUP BY p.first_id, p.second_id
),
sided AS (
  -- seen, witnessed and treated more often in the place whose code comes first; missed less often over the whole stay
  SELECT p.first_id, p.second_id, p.overlap_seconds, p.first_place, p.second_place,
         CASE WHEN p.first_place < p.second_place THEN 1 ELSE -1 END AS side,
         COALESCE(s.seen, 0) AS seen, COALESCE(s.witness, 0) AS witness, COALESCE(s.treated, 0) AS treated,
         COALESCE(x.asked, 0) AS first_asked, COALESCE(y.asked, 0) AS second_asked,
         COALESCE(x.missed, 0) AS first_missed, COALESCE(y.missed, 0) AS second_missed,
         COALESCE(x.judged, 0) AS first_judged, COALESCE(y.judged, 0) AS second_judged
  FROM pair p
  LEFT JOIN shared s ON s.first_id = p.first_id AND s.second_id = p.second_id
  LEFT JOIN whole x ON x.mdtrt_id = p.first_id
  LEFT JOIN whole y ON y.mdtrt_id = p.second_id
  SEMI JOIN billed b ON b.mdtrt_id = p.first_id
  SEMI JOIN billed c ON c.mdtrt_id = p.second_id
  WHERE p.overlap_seconds > $overlap_hours * 3600
),
couple AS (
  -- two hospitals that share patients are weighed over all of them: positive speaks for the one whose code comes first
  SELECT LEAST(first_place, second_place) AS low, GREATEST(first_place, second_place) AS high,
         SUM(side * seen) AS seen, SUM(side * witness) AS witness, SUM(side * treated) AS treated,
         SUM(CASE WHEN side = 1 THEN first_missed ELSE second_missed END) AS low_missed,
         SUM(CASE WHEN side = 1 THEN second_missed ELSE first_missed END) AS high_missed,
         SUM(CASE WHEN side = 1 THEN first_judged ELSE second_judged END) AS low_judged,
         SUM(CASE WHEN side = 1 THEN second_judged ELSE first_judged END) AS high_judged
  FROM sided
  GROUP BY LEAST(first_place, second_place), GREATEST(first_place, second_place)
),
verdict AS (
  -- the doubtful place was seen less, then witnessed less, then missed more over the whole stays, then treated less; else nobody can say
  SELECT low, high,
         CASE WHEN seen <> 0 THEN CASE WHEN seen > 0 THEN high ELSE low END
              WHEN witness <> 0 THEN CASE WHEN witness > 0 THEN high ELSE low END
              WHEN high_missed >= $min_missed AND high_missed * GREATEST(low_judged, 1) > low_missed * GREATEST(high_judged, 1) THEN high
              WHEN low_missed >= $min_missed AND low_missed * GREATEST(high_judged, 1) > high_missed * GREATEST(low_judged, 1) THEN low
              WHEN treated <> 0 THEN CASE WHEN treated > 0 THEN high ELSE low END END AS doubtful_place
  FROM couple
),
weighed AS (
  SELECT CASE WHEN v.doubtful_place = s.first_place THEN s.first_id ELSE s.second_id END AS doubtful,
         CASE WHEN v.doubtful_place = s.first_place THEN s.second_id ELSE s.first_id END AS other, s.overlap_seconds,
         CASE WHEN v.doubtful_place = s.first_place THEN s.first_asked ELSE s.second_asked END AS asked_there,
         CASE WHEN v.doubtful_place = s.first_place THEN s.second_missed ELSE s.first_missed END AS missed_here
  FROM sided s
  JOIN verdict v ON v.low = LEAST(s.first_place, s.second_place) AND v.high = GREATEST(s.first_place, s.second_place)
  WHERE v.doubtful_place IS NOT NULL
)
SELECT 'encounter' AS subject_type,
       doubtful AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := doubtful, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       MIN(other) AS other_stay,
       MAX(overlap_seconds) // 3600 AS overlap_hours
FROM weighed
-- one hospital missed the patient now and then, the other never looked: which of the two is paper, nobody can say from here
WHERE NOT (missed_here > 0 AND asked_there = 0)
GROUP BY doubtful
ORDER BY doubtful
