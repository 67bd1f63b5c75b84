-- One row: an institution, and what it billed of a drug on days beyond the paid course.
WITH event AS (
  -- a stay for an infarction, a stroke, a bleeding or an injury: the course of this event is paid anew
  SELECT DISTINCT mdtrt_id
  FROM mdtrt_d
  WHERE vali_flag = '1' AND regexp_matches(dscg_maindiag_code, '^(I2[12]|I6[0-4]|S|T)')
),
line AS (
  SELECT l.*, CASE WHEN l.within = 'visit' THEN l.mdtrt_id ELSE l.psn_no END AS scope, e.mdtrt_id AS event
  FROM point_line l
  LEFT JOIN event e ON e.mdtrt_id = l.mdtrt_id
  WHERE l.rule_kind = 'drug_payment_course_exceeded'
),
used AS (
  SELECT subject_name, within, scope, limit_qty, day, MAX(event) AS event FROM line WHERE day IS NOT NULL GROUP BY ALL
),
before AS (
  SELECT *, date_diff('day', CAST(LAG(day) OVER own AS DATE), CAST(day AS DATE)) AS pause, COALESCE(LAG(event) OVER own, '') AS event_before
  FROM used
  WINDOW own AS (PARTITION BY scope, subject_name ORDER BY day)
),
episode AS (
  SELECT *, SUM(CASE WHEN pause > $gap_days OR event <> event_before THEN 1 ELSE 0 END)
            OVER (PARTITION BY scope, subject_name ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS episode_no
  FROM before
),
counted AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY scope, subject_name, episode_no ORDER BY day) AS nth,
         date_diff('day', CAST(MIN(day) OVER (PARTITION BY scope, subject_name, episode_no) AS DATE), CAST(day AS DATE)) AS since_first
  FROM episode
),
beyond AS (
  SELECT DISTINCT scope, subject_name, day, limit_qty
  FROM counted
  WHERE CASE WHEN within = 'first use' THEN since_first >= limit_qty ELSE nth > limit_qty END
)
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       COUNT(DISTINCT l.psn_no) AS persons,
       COUNT(DISTINCT l.psn_no || CAST(l.day AS VARCHAR)) AS days_beyond,
       MIN(l.point) AS point
FROM line l
JOIN beyond b ON b.scope = l.scope AND b.subject_name = l.subject_name AND b.day = l.day
GROUP BY l.fixmedins_code
HAVING COUNT(DISTINCT l.mdtrt_id || l.bkkp_sn) >= $min_lines
ORDER BY l.fixmedins_code
