-- One row: a card that is not the face's own and that passed with it sooner after (or before) another card far away than anybody can travel.
WITH look AS (
  SELECT c.check_id, c.psn_no, c.fixmedins_code, COALESCE(c.device_id, c.fixmedins_code) AS device, c.template_id, c.mdtrt_id, c.check_time,
         COALESCE(c.lat, i.lat) AS lat, COALESCE(c.lnt, i.lnt) AS lnt, COALESCE(h.household, c.psn_no) AS household
  FROM face_check c
  LEFT JOIN institution i ON i.fixmedins_code = c.fixmedins_code
  LEFT JOIN household h ON h.psn_no = c.psn_no
  WHERE c.result = 'pass' AND COALESCE(c.live_result, 'pass') <> 'fail' AND c.template_id IS NOT NULL
),
next_look AS (
  SELECT *, LEAD(check_id) OVER face AS next_check, LEAD(psn_no) OVER face AS next_person, LEAD(fixmedins_code) OVER face AS next_place,
         LEAD(device) OVER face AS next_device, LEAD(household) OVER face AS next_household, LEAD(lat) OVER face AS next_lat,
         LEAD(lnt) OVER face AS next_lnt,
         (CAST(FLOOR(epoch(LEAD(check_time) OVER face)) AS BIGINT) - CAST(FLOOR(epoch(check_time)) AS BIGINT)) // 60 AS minutes
  FROM look
  WINDOW face AS (PARTITION BY template_id ORDER BY check_time, check_id)
),
far AS (
  SELECT *,
         -- a degree of latitude is 111.32 km, one of longitude shrinks with the cosine of the latitude
         SQRT(POWER((lat - next_lat) * 111.32, 2) + POWER((lnt - next_lnt) * 111.32 * COS(lat * 0.017453292519943295), 2)) AS km
  FROM next_look
  WHERE next_place <> fixmedins_code AND next_household <> household
),
clash AS (
  SELECT * FROM far WHERE km >= $min_km AND minutes < km * $detour / $km_per_hour * 60
),
side AS (
  SELECT template_id, check_id, psn_no, device, km, minutes FROM clash
  UNION
  SELECT template_id, next_check AS check_id, next_person AS psn_no, next_device AS device, km, minutes FROM clash
),
slow_clock AS (
  SELECT device FROM side GROUP BY device HAVING COUNT(DISTINCT template_id) >= $clock_faces
),
sound AS (
  SELECT c.*
  FROM clash c
  ANTI JOIN slow_clock s ON s.device = c.device
  ANTI JOIN slow_clock n ON n.device = c.next_device
)
SELECT 'patient' AS subject_type,
       s.psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(check_id := s.check_id, fen := CAST(0 AS BIGINT)))) AS face_check_rows,
       MAX(s.km) AS km,
       MIN(s.minutes) AS minutes
FROM side s
SEMI JOIN sound c ON c.check_id = s.check_id OR c.next_check = s.check_id
JOIN own_face o ON o.psn_no = s.psn_no AND o.steady >= $feed
-- the face's own card was shown by its holder
ANTI JOIN (SELECT template_id, psn_no FROM face_look QUALIFY ROW_NUMBER() OVER (PARTITION BY template_id ORDER BY visits DESC, days DESC, first_seen, psn_no) = 1) m
  ON m.template_id = s.template_id AND m.psn_no = s.psn_no
GROUP BY s.psn_no
ORDER BY s.psn_no
