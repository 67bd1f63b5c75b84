-- One row: a hospital with more operations at once than theatres, on several days of a month, and the operations for which there was no room.
WITH room AS (
  -- all that were ever registered: what was built later speaks for the hospital too
  SELECT fixmedins_code, SUM(cnt) AS rooms FROM equipment WHERE equip_type = 'operating_room' GROUP BY fixmedins_code HAVING SUM(cnt) > 0
),
theatre AS (
  -- what is done at the bedside or in the outpatient room has no anaesthetist
  SELECT o.setl_list_oprn_id, o.mdtrt_id, o.psn_no, o.fixmedins_code, o.day, r.rooms,
         CAST(FLOOR(epoch(o.begins_at)) AS BIGINT) AS begins, CAST(FLOOR(epoch(o.ends_at)) AS BIGINT) AS ends
  FROM operation o
  JOIN room r ON r.fixmedins_code = o.fixmedins_code
  WHERE o.begins_at IS NOT NULL AND o.anst_way IS NOT NULL AND NOT regexp_matches(o.anst_way, '^(03|3|局)')
),
crowded AS (
  SELECT a.setl_list_oprn_id, a.mdtrt_id, a.fixmedins_code, a.day, a.rooms, COUNT(DISTINCT b.psn_no) + 1 AS at_once
  FROM theatre a
  -- those who lay on a table when this one was brought in, and were not just being taken out
  JOIN theatre b ON b.fixmedins_code = a.fixmedins_code AND b.psn_no <> a.psn_no
                AND (b.begins < a.begins OR (b.begins = a.begins AND b.setl_list_oprn_id < a.setl_list_oprn_id))
                AND LEAST(a.ends, b.ends) - a.begins > $overlap_minutes * 60
  GROUP BY a.setl_list_oprn_id, a.mdtrt_id, a.fixmedins_code, a.day, a.rooms
  HAVING COUNT(DISTINCT b.psn_no) + 1 > a.rooms
),
month_of AS (
  SELECT fixmedins_code, EXTRACT(year FROM day) * 12 + EXTRACT(month FROM day) AS month_no
  FROM crowded
  GROUP BY fixmedins_code, EXTRACT(year FROM day) * 12 + EXTRACT(month FROM day)
  HAVING COUNT(DISTINCT day) >= $min_days
),
surplus AS (
  SELECT c.*
  FROM crowded c
  SEMI JOIN month_of m ON m.fixmedins_code = c.fixmedins_code AND m.month_no = EXTRACT(year FROM c.day) * 12 + EXTRACT(month FROM c.day)
),
price AS (
  SELECT s.fixmedins_code, SUM(l.inscp_fen) AS fen
  FROM (SELECT DISTINCT fixmedins_code, mdtrt_id, day FROM surplus) s
  JOIN theatre_line l ON l.mdtrt_id = s.mdtrt_id AND l.day = s.day
  GROUP BY s.fixmedins_code
)
SELECT 'institution' AS subject_type,
       s.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(setl_list_oprn_id := s.setl_list_oprn_id, fen := CAST(0 AS BIGINT)))) AS setl_list_oprn_d_rows,
       CAST(MAX(p.fen) AS BIGINT) AS estimate_fen,
       COUNT(DISTINCT s.day) AS days,
       MAX(s.at_once) AS most_at_once,
       CAST(MAX(s.rooms) AS BIGINT) AS rooms
FROM surplus s
LEFT JOIN price p ON p.fixmedins_code = s.fixmedins_code
GROUP BY s.fixmedins_code
ORDER BY s.fixmedins_code
