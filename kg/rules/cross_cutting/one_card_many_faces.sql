-- One row: a card that passes with a second face, while its holder's own face is seen before and after; the visits of the second face.
WITH crowd AS (
  -- whose cards a face comes with
  SELECT l.template_id, COUNT(DISTINCT COALESCE(h.household, l.psn_no)) AS households
  FROM face_look l
  LEFT JOIN household h ON h.psn_no = l.psn_no
  GROUP BY l.template_id
),
other AS (
  SELECT l.psn_no, l.template_id
  FROM face_look l
  JOIN own_face o ON o.psn_no = l.psn_no AND o.template_id <> l.template_id AND o.steady >= $feed
  JOIN crowd c ON c.template_id = l.template_id AND c.households <= $max_households
  WHERE l.days >= $min_days AND o.first_seen < l.first_seen AND o.last_seen > l.last_seen
),
kin AS (
  SELECT f.template_id, h.household
  FROM own_face f
  JOIN household h ON h.psn_no = f.psn_no
),
look AS (
  SELECT c.check_id, c.mdtrt_id, c.psn_no, c.template_id, CAST(c.check_time AS DATE) AS day, COALESCE(c.template_id = x.template_id, FALSE) AS strange
  FROM face_check c
  JOIN other x ON x.psn_no = c.psn_no
  LEFT JOIN household h ON h.psn_no = c.psn_no
  LEFT JOIN kin k ON k.template_id = c.template_id AND k.household = h.household
  WHERE c.result = 'pass' AND COALESCE(c.live_result, 'pass') <> 'fail'
    -- relatives may fetch; nobody may lie in another's bed
    AND (k.template_id IS NULL OR c.check_kind NOT IN ('pharmacy', 'clinic'))
),
visit AS (
  SELECT psn_no, COALESCE(mdtrt_id, 'check ' || check_id) AS visit,
         COUNT(DISTINCT day) FILTER (WHERE strange) AS strange_days, COUNT(DISTINCT day) FILTER (WHERE NOT strange) AS own_days
  FROM look
  GROUP BY psn_no, COALESCE(mdtrt_id, 'check ' || check_id)
),
borrowed AS (
  SELECT k.*
  FROM look k
  JOIN visit v ON v.psn_no = k.psn_no AND v.visit = COALESCE(k.mdtrt_id, 'check ' || k.check_id)
  WHERE k.strange AND v.strange_days >= v.own_days
)
SELECT 'patient' AS subject_type,
       psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(check_id := check_id, fen := CAST(0 AS BIGINT)))) AS face_check_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := mdtrt_id, fen := CAST(0 AS BIGINT))) FILTER (WHERE mdtrt_id IS NOT NULL)) AS mdtrt_d_rows,
       COUNT(DISTINCT template_id) AS other_faces,
       COUNT(DISTINCT day) AS days_with_another_face
FROM borrowed
GROUP BY psn_no
HAVING COUNT(DISTINCT day) >= $min_days
ORDER BY psn_no
