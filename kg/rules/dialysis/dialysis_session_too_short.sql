-- One row: a person at a centre whose sessions were billed in full and lasted a fraction.
WITH session AS (
  SELECT d.psn_no, d.fixmedins_code, d.day, LEAST(d.minutes, COALESCE(d.face_minutes, d.minutes)) AS minutes
  FROM dialysis_day d
  WHERE d.recorded = 1 AND d.sessions <= 1 AND d.minutes IS NOT NULL AND d.minutes >= 0
),
person AS (
  SELECT psn_no, fixmedins_code, COUNT(*) AS sessions,
         COUNT_IF(minutes < $min_minutes - $tol) AS short,
         COUNT_IF(minutes < $half_minutes) AS half
  FROM session
  GROUP BY psn_no, fixmedins_code
),
centre AS (
  SELECT fixmedins_code, COUNT(*) AS persons FROM person WHERE half >= $min_half GROUP BY fixmedins_code
),
hit AS (
  -- a frail patient stops early now and then for a reason of her own; several patients of one centre have a common one
  SELECT p.*
  FROM person p
  LEFT JOIN centre c ON c.fixmedins_code = p.fixmedins_code
  WHERE (p.half >= $min_half AND (c.persons >= $min_persons OR p.half >= p.sessions * $half_share))
     OR (p.sessions >= $min_sessions AND p.short >= p.sessions * $share)
),
line AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, l.inscp_fen, s.minutes
  FROM hit h
  JOIN session s ON s.psn_no = h.psn_no AND s.fixmedins_code = h.fixmedins_code
                AND s.minutes < CASE WHEN h.sessions >= $min_sessions AND h.short >= h.sessions * $share THEN $min_minutes - $tol ELSE $half_minutes END
  JOIN dialysis_line l ON l.psn_no = s.psn_no AND l.fixmedins_code = s.fixmedins_code AND l.day = s.day AND l.kind = 'session'
)
SELECT 'settlement' AS subject_type,
       psn_no || ' at ' || fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS fee_list_d_rows,
       COUNT(*) AS short_sessions,
       MIN(minutes) AS shortest_minutes,
       MEDIAN(CAST(minutes AS DOUBLE)) AS usual_minutes
FROM line
GROUP BY psn_no, fixmedins_code
ORDER BY psn_no, fixmedins_code
