-- One row: a person at a centre whose sessions are vouched for by a picture that had been shown before: on coming, another day or for another person.
WITH shown AS (
  SELECT check_id, psn_no, fixmedins_code, check_time, check_kind, CAST(check_time AS DATE) AS day,
         MIN(check_time) OVER picture AS first_at,
         MIN(check_kind) OVER picture <> MAX(check_kind) OVER picture AS on_coming_and_going,
         MIN(psn_no) OVER picture <> MAX(psn_no) OVER picture AS for_two_persons
  FROM face_check
  WHERE check_kind IN ('dialysis_in', 'dialysis_out') AND image_sha256 IS NOT NULL
  WINDOW picture AS (PARTITION BY image_sha256)
),
replay AS (
  SELECT * FROM shown
  -- sent again after a lost connection: one person, one day, one kind of check
  WHERE for_two_persons OR day > CAST(first_at AS DATE) OR (on_coming_and_going AND check_time > first_at)
),
line AS (
  SELECT DISTINCT r.psn_no, r.fixmedins_code, l.mdtrt_id, l.bkkp_sn, l.inscp_fen
  FROM replay r
  JOIN dialysis_line l ON l.psn_no = r.psn_no AND l.fixmedins_code = r.fixmedins_code AND l.day = r.day AND l.kind = 'session'
),
lines AS (
  SELECT psn_no, fixmedins_code, LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS rows_of
  FROM line
  GROUP BY psn_no, fixmedins_code
)
SELECT 'settlement' AS subject_type,
       r.psn_no || ' at ' || r.fixmedins_code AS subject_id,
       l.rows_of AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(check_id := r.check_id, fen := CAST(0 AS BIGINT)))) AS face_check_rows,
       COUNT(*) AS replays,
       COUNT(DISTINCT r.day) AS days,
       BOOL_OR(r.for_two_persons) AS for_two_persons
FROM replay r
JOIN lines l ON l.psn_no = r.psn_no AND l.fixmedins_code = r.fixmedins_code
GROUP BY r.psn_no, r.fixmedins_code, l.rows_of
HAVING COUNT(DISTINCT r.day) >= $min_days
ORDER BY r.psn_no, r.fixmedins_code
