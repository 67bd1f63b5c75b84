-- One row: a shop that closes at night and settled for several households within one night, on several nights.
WITH swipe AS (
  SELECT setl_id, psn_no, household, fixmedins_code, setl_time,
         EXTRACT(hour FROM setl_time) >= $closed_from OR EXTRACT(hour FROM setl_time) < $closed_to AS at_night,
         -- the small hours belong to the evening before
         CAST(setl_time - INTERVAL 12 HOUR AS DATE) AS night
  FROM till_run
),
night AS (
  SELECT fixmedins_code, night, COUNT(DISTINCT COALESCE(household, psn_no)) AS households
  FROM swipe
  WHERE at_night
  GROUP BY fixmedins_code, night
),
shop AS (
  SELECT fixmedins_code, CAST(COUNT_IF(at_night) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS night_share FROM swipe GROUP BY fixmedins_code
),
closed AS (
  SELECT n.fixmedins_code, COUNT(*) AS nights, COUNT_IF(n.households >= $min_households) AS gatherings
  FROM night n
  JOIN shop s ON s.fixmedins_code = n.fixmedins_code
  WHERE s.night_share <= $open_share
  GROUP BY n.fixmedins_code
  -- a bell at the door brings one customer a night
  HAVING COUNT_IF(n.households >= $min_households) >= $min_nights AND COUNT_IF(n.households >= $min_households) >= COUNT(*) * $part
)
SELECT 'institution' AS subject_type,
       s.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(setl_id := s.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       CAST(MAX(c.gatherings) AS BIGINT) AS nights,
       COUNT(DISTINCT s.psn_no) AS persons,
       MIN(n.night) AS first_night
FROM swipe s
JOIN night n ON n.fixmedins_code = s.fixmedins_code AND n.night = s.night AND n.households >= $min_households
JOIN closed c ON c.fixmedins_code = s.fixmedins_code
WHERE s.at_night
GROUP BY s.fixmedins_code
ORDER BY s.fixmedins_code
