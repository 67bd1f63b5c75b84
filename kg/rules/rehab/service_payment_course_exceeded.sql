-- One row: an institution, and what it billed of a service after the paid course had ended.
WITH used AS (
  SELECT DISTINCT psn_no, substr(med_list_codg, 1, 11) AS family, limit_qty, day
  FROM point_line
  WHERE rule_kind = 'service_payment_course_exceeded' AND day IS NOT NULL
),
gap AS (
  SELECT *, date_diff('day', CAST(LAG(day) OVER (PARTITION BY psn_no, family ORDER BY day) AS DATE), CAST(day AS DATE)) AS pause FROM used
),
episode AS (
  SELECT *, SUM(CASE WHEN pause > $gap_days THEN 1 ELSE 0 END) OVER (PARTITION BY psn_no, family ORDER BY day
                                                                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS episode_no
  FROM gap
),
course AS (
  SELECT *, date_diff('day', CAST(MIN(day) OVER (PARTITION BY psn_no, family, episode_no) AS DATE), CAST(day AS DATE)) AS since_first FROM episode
),
beyond AS (
  SELECT DISTINCT psn_no, family, day FROM course WHERE since_first >= limit_qty
)
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       COUNT(DISTINCT l.psn_no) AS persons,
       MIN(l.point) AS point
FROM point_line l
JOIN beyond b ON b.psn_no = l.psn_no AND b.family = substr(l.med_list_codg, 1, 11) AND b.day = l.day
WHERE l.rule_kind = 'service_payment_course_exceeded'
GROUP BY l.fixmedins_code
HAVING COUNT(DISTINCT l.mdtrt_id || l.bkkp_sn) >= $min_lines
ORDER BY l.fixmedins_code
