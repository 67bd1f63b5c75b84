-- One row: a card on which somebody else lay in hospital, or was treated on several days; the visits and the checks that met the other.
WITH crowd AS (
  -- whose cards a face comes with
  SELECT l.template_id, COUNT(DISTINCT COALESCE(h.household, l.psn_no)) AS households
  FROM face_look l
  LEFT JOIN household h ON h.psn_no = l.psn_no
  GROUP BY l.template_id
),
kin AS (
  SELECT f.template_id, h.household
  FROM own_face f
  JOIN household h ON h.psn_no = f.psn_no
),
other AS (
  -- at clinics: a face that is another card's own, or after which the holder's comes back
  SELECT l.psn_no, l.template_id
  FROM face_look l
  LEFT JOIN own_face o ON o.psn_no = l.psn_no
  LEFT JOIN (SELECT DISTINCT template_id, steady FROM own_face) x ON x.template_id = l.template_id
  JOIN crowd c ON c.template_id = l.template_id AND c.households <= $max_households
  WHERE COALESCE(o.template_id <> l.template_id, TRUE) AND COALESCE(x.steady, o.steady) >= $feed
    AND (x.template_id IS NOT NULL OR (o.first_seen < l.first_seen AND o.last_seen > l.last_seen))
),
treated AS (
  SELECT c.psn_no, c.mdtrt_id, c.check_id, c.template_id, CAST(c.check_time AS DATE) AS day
  FROM face_check c
  JOIN other x ON x.psn_no = c.psn_no AND x.template_id = c.template_id
  LEFT JOIN household h ON h.psn_no = c.psn_no
  -- a relative may stand in the queue
  ANTI JOIN kin k ON k.template_id = c.template_id AND k.household = h.household
  WHERE c.result = 'pass' AND COALESCE(c.live_result, 'pass') <> 'fail' AND c.check_kind NOT IN ('admission', 'daily_ward', 'spot_check', 'pharmacy')
),
often AS (
  SELECT psn_no FROM treated GROUP BY psn_no HAVING COUNT(DISTINCT day) >= $min_days
),
used AS (
  SELECT f.* FROM treated f SEMI JOIN often n ON n.psn_no = f.psn_no
  UNION ALL
  -- whoever fetches drugs month after month makes his face the card's: the holder was met elsewhere meanwhile or in person at other times, or the
  -- other has a card of his own
  SELECT b.psn_no, b.mdtrt_id, w.check_id, w.template_id, w.day
  FROM lent_bed b
  LEFT JOIN ward_check w ON w.mdtrt_id = b.mdtrt_id AND w.template_id = b.stranger
  LEFT JOIN own_face o ON o.psn_no = b.psn_no
  WHERE b.sure AND (b.elsewhere_days > 0 OR o.in_person OR b.stranger IN (SELECT template_id FROM own_face))
)
SELECT 'patient' AS subject_type,
       u.psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(check_id := u.check_id, fen := CAST(0 AS BIGINT))) FILTER (WHERE u.check_id IS NOT NULL)) AS face_check_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := u.mdtrt_id, fen := CAST(0 AS BIGINT))) FILTER (WHERE u.mdtrt_id IS NOT NULL)) AS mdtrt_d_rows,
       COUNT(DISTINCT u.template_id) AS other_faces,
       COUNT(DISTINCT u.day) AS days_with_another_face,
       MAX(b.elsewhere_days) AS days_holder_elsewhere
FROM used u
LEFT JOIN lent_bed b ON b.mdtrt_id = u.mdtrt_id
GROUP BY u.psn_no
ORDER BY u.psn_no
