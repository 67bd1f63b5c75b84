-- One row: a stay at whose checks a picture was shown that had been shown before, on another day or for another person.
WITH shown AS (
  SELECT *,
         MIN(check_time) OVER picture AS first_at,
         MIN(psn_no) OVER picture AS one_person,
         MAX(psn_no) OVER picture AS another_person
  FROM ward_check
  WHERE image_sha256 IS NOT NULL
  WINDOW picture AS (PARTITION BY image_sha256)
),
replay AS (
  SELECT * FROM shown
  WHERE CAST(check_time AS DATE) > CAST(first_at AS DATE) OR one_person <> another_person
)
SELECT 'encounter' AS subject_type,
       mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(check_id := check_id, fen := CAST(0 AS BIGINT)))) AS face_check_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       COUNT(*) AS replays,
       BOOL_OR(one_person <> another_person) AS for_two_persons
FROM replay
GROUP BY mdtrt_id
HAVING COUNT(*) >= $min_replays OR BOOL_OR(one_person <> another_person)
ORDER BY mdtrt_id
