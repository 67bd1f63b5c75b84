-- One row: an institution, and what it billed of a drug on days beyond the paid course.
WITH used AS (
  SELECT DISTINCT psn_no, subject_name, within, CASE WHEN within = 'visit' THEN mdtrt_id ELSE psn_no END AS scope, limit_qty, day
  FROM point_line
  WHERE rule_kind = 'drug_payment_course_exceeded' AND day IS NOT NULL
),
gap AS (
  SELECT *, date_diff('day', CAST(LAG(day) OVER (PARTITION BY scope, subject_name ORDER BY day) AS DATE), CAST(day AS DATE)) AS pause FROM used
),
episode AS (
  SELECT *, SUM(CASE WHEN pause > $gap_days THEN 1 ELSE 0 END) OVER (PARTITION BY scope, subject_name ORDER BY day
                                                                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS episode_no
  FROM gap
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
FROM point_line l
JOIN beyond b ON b.scope = CASE WHEN l.within = 'visit' THEN l.mdtrt_id ELSE l.psn_no END AND b.subject_name = l.subject_name AND b.day = l.day
WHERE l.rule_kind = 'drug_payment_course_exceeded'
GROUP BY l.fixmedins_code
HAVING COUNT(DISTINCT l.mdtrt_id || l.bkkp_sn) >= $min_lines
ORDER BY l.fixmedins_code
