-- One row: an institution that bills the emergency fee for visits that are ordinary by their own category, far oftener than the usual one.
WITH visit AS (
  SELECT m.mdtrt_id, m.fixmedins_code
  FROM mdtrt_d m
  WHERE m.vali_flag = '1' AND substr(m.med_type, 1, 2) = '11'
    -- who was seen in the emergency room was an emergency, whatever category the desk chose
    AND NOT (COALESCE(m.adm_dept_name, '') LIKE '%急诊%')
),
fee AS (
  -- chapter 1102: consultations; 03 is the emergency's
  SELECT l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.inscp_fen, CAST(l.cnt AS DOUBLE) AS cnt,
         substr(l.med_list_codg, 1, 11) = '00110200003' AS urgent
  FROM net_line l
  WHERE substr(l.med_chrgitm_type, 1, 2) = '02' AND l.cnt > 0
),
rescued AS (
  -- watched in the emergency room (chapter 1103): the fee was earned
  SELECT DISTINCT mdtrt_id FROM net_line WHERE substr(med_list_codg, 1, 6) = '001103'
),
judged AS (
  SELECT f.*, f.urgent AND r.mdtrt_id IS NULL AS misused
  FROM fee f
  JOIN visit v ON v.mdtrt_id = f.mdtrt_id
  LEFT JOIN rescued r ON r.mdtrt_id = f.mdtrt_id
),
rate AS (
  SELECT fixmedins_code, COUNT(DISTINCT mdtrt_id) AS visits, COUNT(DISTINCT mdtrt_id) FILTER (WHERE misused) AS misused,
         CAST(COUNT(DISTINCT mdtrt_id) FILTER (WHERE misused) AS DOUBLE) / CAST(COUNT(DISTINCT mdtrt_id) AS DOUBLE) AS rate
  FROM judged
  GROUP BY fixmedins_code
),
habit AS (
  SELECT r.fixmedins_code, r.visits, r.rate, u.usual_rate
  FROM rate r
  CROSS JOIN (SELECT MEDIAN(rate) AS usual_rate FROM rate HAVING COUNT(*) >= $min_peers) u
  WHERE r.misused >= $min_visits + r.visits * u.usual_rate * $times + $z * SQRT(r.visits * u.usual_rate * $times)
),
plain AS (
  SELECT fixmedins_code, CAST(FLOOR(MEDIAN(CAST(inscp_fen AS DOUBLE) / cnt)) AS BIGINT) AS fen FROM judged WHERE NOT urgent GROUP BY fixmedins_code
)
SELECT 'institution' AS subject_type,
       j.fixmedins_code AS subject_id,
       -- the patient was seen: only what the emergency fee pays more is claimed, and nothing where the ordinary fee is unknown
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := j.mdtrt_id, bkkp_sn := j.bkkp_sn,
           fen := GREATEST(j.inscp_fen - CAST(FLOOR(CAST(COALESCE(p.fen, j.inscp_fen) AS DOUBLE) * j.cnt) AS BIGINT), 0)))) AS fee_list_d_rows,
       COUNT(DISTINCT j.mdtrt_id) AS visits,
       MAX(h.visits) AS ordinary_visits,
       ROUND(MAX(h.rate), 4) AS house_rate,
       ROUND(MAX(h.usual_rate), 4) AS usual_rate
FROM judged j
JOIN habit h ON h.fixmedins_code = j.fixmedins_code
LEFT JOIN plain p ON p.fixmedins_code = j.fixmedins_code
WHERE j.misused
GROUP BY j.fixmedins_code
ORDER BY j.fixmedins_code
