-- One row: a stay billed for first-grade nursing on days on which the chart shows the care of a lower grade, where charts are kept and others' show it.
WITH graded AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.day, l.cnt, l.inscp_fen
  FROM stay_line l
  JOIN stay s ON s.mdtrt_id = l.mdtrt_id
  -- the first and the last day are parts of a day; days posted together have no date
  WHERE substr(l.med_list_codg, 1, 11) = '00120100003' AND l.cnt <= 1
    AND l.day > CAST(s.begntime AS DATE) AND l.day < CAST(s.ends_at AS DATE)
),
chart AS (
  SELECT mdtrt_id, CAST(taken_at AS DATE) AS day, COUNT(*) AS entries FROM vital_sign GROUP BY mdtrt_id, CAST(taken_at AS DATE)
),
feed AS (
  SELECT s.fixmedins_code
  FROM stay s
  LEFT JOIN (SELECT DISTINCT mdtrt_id FROM chart) c ON c.mdtrt_id = s.mdtrt_id
  WHERE s.ends_at IS NOT NULL
  GROUP BY s.fixmedins_code
  HAVING COUNT(c.mdtrt_id) >= COUNT(*) * $feed
),
day AS (
  SELECT g.*, COALESCE(c.entries, 0) AS entries
  FROM graded g
  SEMI JOIN feed f ON f.fixmedins_code = g.fixmedins_code
  -- a stay without any entry has its chart elsewhere
  SEMI JOIN chart x ON x.mdtrt_id = g.mdtrt_id
  LEFT JOIN chart c ON c.mdtrt_id = g.mdtrt_id AND c.day = g.day
),
rate AS (
  SELECT fixmedins_code, COUNT(*) AS days, COUNT_IF(entries < $need) AS thin, CAST(COUNT_IF(entries < $need) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS rate
  FROM day
  GROUP BY fixmedins_code
),
habit AS (
  SELECT r.fixmedins_code, r.rate, u.usual_rate
  FROM rate r
  -- where the usual hospital writes as little, this is how charts are sent
  CROSS JOIN (SELECT MEDIAN(rate) AS usual_rate FROM rate HAVING COUNT(*) >= $min_peers) u
  WHERE r.thin >= $min_house_days + r.days * u.usual_rate * $times + $z * SQRT(r.days * u.usual_rate * $times)
),
lower AS (
  SELECT fixmedins_code, CAST(FLOOR(MEDIAN(CAST(inscp_fen AS DOUBLE) / CAST(cnt AS DOUBLE))) AS BIGINT) AS fen
  FROM stay_line
  WHERE substr(med_list_codg, 1, 11) = '00120100004'
  GROUP BY fixmedins_code
)
SELECT 'encounter' AS subject_type,
       d.mdtrt_id AS subject_id,
       -- the second grade was given: only the difference is claimed, and nothing where its price is unknown
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := d.mdtrt_id, bkkp_sn := d.bkkp_sn, fen := GREATEST(d.inscp_fen - COALESCE(w.fen, d.inscp_fen), 0))))
         AS fee_list_d_rows,
       COUNT(DISTINCT d.day) AS thin_days,
       MAX(d.entries) AS most_entries,
       ROUND(MAX(h.rate), 4) AS hospital_rate,
       ROUND(MAX(h.usual_rate), 4) AS usual_rate
FROM day d
JOIN habit h ON h.fixmedins_code = d.fixmedins_code
LEFT JOIN lower w ON w.fixmedins_code = d.fixmedins_code
WHERE d.entries < $need
GROUP BY d.mdtrt_id
HAVING COUNT(DISTINCT d.day) >= $min_days
ORDER BY d.mdtrt_id
