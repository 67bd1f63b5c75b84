-- One row: a centre on whose machines two persons were treated at the same time, again and again.
WITH pair AS (
  SELECT a.fixmedins_code, a.machine_no, a.session_id AS first_id, b.session_id AS second_id, a.psn_no AS first_person, b.psn_no AS second_person,
         CAST(a.begntime AS DATE) AS first_day, CAST(b.begntime AS DATE) AS second_day,
         CAST(FLOOR(epoch(LEAST(a.endtime, b.endtime))) AS BIGINT) - CAST(FLOOR(epoch(b.begntime)) AS BIGINT) AS together
  FROM dialysis_session a
  JOIN dialysis_session b ON b.fixmedins_code = a.fixmedins_code AND b.machine_no = a.machine_no AND b.session_id <> a.session_id
                         AND b.begntime < a.endtime AND (b.begntime > a.begntime OR (b.begntime = a.begntime AND b.session_id > a.session_id))
  WHERE b.psn_no <> a.psn_no
),
weighed AS (
  -- the session with fewer witnesses is the false one: no pair of faces, then no loss of weight, then the later
  SELECT p.fixmedins_code, p.together, LEAST(p.first_person, p.second_person) || ' and ' || GREATEST(p.first_person, p.second_person) AS neighbours,
         CASE WHEN COALESCE(y.paired, FALSE) AND NOT COALESCE(x.paired, FALSE) THEN p.first_id
              WHEN COALESCE(x.paired, FALSE) AND NOT COALESCE(y.paired, FALSE) THEN p.second_id
              WHEN COALESCE(y.loss_kg, 0) > 0 AND COALESCE(x.loss_kg, 0) <= 0 THEN p.first_id
              ELSE p.second_id END AS session_id
  FROM pair p
  LEFT JOIN dialysis_day x ON x.psn_no = p.first_person AND x.fixmedins_code = p.fixmedins_code AND x.day = p.first_day
  LEFT JOIN dialysis_day y ON y.psn_no = p.second_person AND y.fixmedins_code = p.fixmedins_code AND y.day = p.second_day
  WHERE p.together > $overlap_minutes * 60
),
doubtful AS (
  SELECT DISTINCT w.fixmedins_code, w.session_id, s.psn_no, CAST(s.begntime AS DATE) AS day
  FROM weighed w
  JOIN dialysis_session s ON s.session_id = w.session_id
),
centre AS (
  SELECT fixmedins_code, COUNT(DISTINCT neighbours) AS pairs FROM weighed GROUP BY fixmedins_code
),
line AS (
  SELECT DISTINCT d.fixmedins_code, l.mdtrt_id, l.bkkp_sn, l.inscp_fen
  FROM doubtful d
  JOIN dialysis_line l ON l.psn_no = d.psn_no AND l.fixmedins_code = d.fixmedins_code AND l.day = d.day AND l.kind = 'session'
),
lines AS (
  SELECT fixmedins_code, LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS rows_of
  FROM line
  GROUP BY fixmedins_code
)
SELECT 'institution' AS subject_type,
       d.fixmedins_code AS subject_id,
       l.rows_of AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(session_id := d.session_id, fen := CAST(0 AS BIGINT)))) AS dialysis_session_rows,
       COUNT(*) AS sessions,
       COUNT(DISTINCT d.psn_no) AS persons
FROM doubtful d
JOIN centre c ON c.fixmedins_code = d.fixmedins_code AND c.pairs >= $min_pairs
LEFT JOIN lines l ON l.fixmedins_code = d.fixmedins_code
GROUP BY d.fixmedins_code, l.rows_of
HAVING COUNT(*) >= $min_sessions
ORDER BY d.fixmedins_code
