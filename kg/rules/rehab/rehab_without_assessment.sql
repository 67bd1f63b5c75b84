-- One row: a visit with a course of training that nobody's assessment ever preceded, at a place that assesses its patients.
WITH item AS (
  -- 3402: 01-19 and 39 are assessments, the others are training
  SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, CAST(l.fee_ocur_time AS DATE) AS day, l.inscp_fen,
         substr(l.med_list_codg, 7, 5) <= '00019' OR substr(l.med_list_codg, 7, 5) = '00039' AS assessed
  FROM net_line l
  WHERE substr(l.med_list_codg, 1, 6) = '003402' AND l.fee_ocur_time IS NOT NULL
),
course AS (
  SELECT mdtrt_id, psn_no, fixmedins_code, MIN(day) AS first_day, MAX(day) AS last_day, COUNT(*) AS sessions
  FROM item
  WHERE NOT assessed
  GROUP BY mdtrt_id, psn_no, fixmedins_code
  HAVING COUNT(*) >= $min_sessions
),
judged AS (
  SELECT c.*, COUNT(a.psn_no) > 0 OR MAX(n.mdtrt_id) IS NOT NULL AS assessed
  FROM course c
  LEFT JOIN (SELECT DISTINCT psn_no, day FROM item WHERE assessed) a
         ON a.psn_no = c.psn_no AND date_diff('day', CAST(a.day AS DATE), CAST(c.first_day AS DATE)) <= $before_days AND a.day <= c.last_day
  LEFT JOIN (SELECT DISTINCT mdtrt_id FROM clinical_note WHERE regexp_matches(text, '评定|量表|评分|Barthel|Fugl')) n ON n.mdtrt_id = c.mdtrt_id
  GROUP BY c.mdtrt_id, c.psn_no, c.fixmedins_code, c.first_day, c.last_day, c.sessions
),
feed AS (
  SELECT fixmedins_code FROM judged GROUP BY fixmedins_code HAVING COUNT_IF(assessed) >= COUNT(*) * $feed
)
SELECT 'encounter' AS subject_type,
       j.mdtrt_id AS subject_id,
       -- the first month may be begun in good faith; what follows without an assessment is training of nobody knows what
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := i.mdtrt_id, bkkp_sn := i.bkkp_sn,
         fen := CASE WHEN date_diff('day', CAST(j.first_day AS DATE), CAST(i.day AS DATE)) > $before_days THEN i.inscp_fen ELSE CAST(0 AS BIGINT) END)))
         AS fee_list_d_rows,
       MAX(j.sessions) AS sessions,
       MAX(date_diff('day', CAST(j.first_day AS DATE), CAST(j.last_day AS DATE))) AS days
FROM judged j
SEMI JOIN feed f ON f.fixmedins_code = j.fixmedins_code
JOIN item i ON i.mdtrt_id = j.mdtrt_id AND NOT i.assessed
WHERE NOT j.assessed
GROUP BY j.mdtrt_id
ORDER BY j.mdtrt_id
