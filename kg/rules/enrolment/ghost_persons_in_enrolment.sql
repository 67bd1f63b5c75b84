-- One row: an employer that took on people who were dead, or whose certificates do not exist.
WITH ghost AS (
  SELECT e.psn_insu_rlts_id, e.psn_no, e.emp_no, e.begndate, e.enddate,
         r.died IS NOT NULL AS dead, COALESCE(p.certno_ok, TRUE) = FALSE AS no_such_number
  FROM employed e
  LEFT JOIN psn_b p ON p.psn_no = e.psn_no
  LEFT JOIN (SELECT certno_h, MIN(begndate) AS died FROM person_registry WHERE kind = 'death' GROUP BY certno_h) r
         ON r.certno_h = e.certno_h AND CAST(e.begndate AS DATE) > CAST(r.died AS DATE) + CAST($days AS INTEGER)
  -- who worked there before is carried on until somebody reports the death
  ANTI JOIN employed b ON b.psn_no = e.psn_no AND b.emp_no = e.emp_no AND b.begndate < e.begndate
),
firm AS (
  SELECT emp_no, COUNT(DISTINCT psn_no) AS members, COUNT(DISTINCT psn_no) FILTER (WHERE dead OR no_such_number) AS ghosts
  FROM ghost
  GROUP BY emp_no
)
SELECT 'employer' AS subject_type,
       g.emp_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(psn_insu_rlts_id := g.psn_insu_rlts_id, fen := CAST(0 AS BIGINT)))) AS psn_insu_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := n.setl_id, fen := CAST(0 AS BIGINT))) FILTER (WHERE n.setl_id IS NOT NULL)) AS setl_d_rows,
       MAX(f.members) AS employees,
       COUNT(DISTINCT g.psn_no) FILTER (WHERE g.dead) AS dead_when_hired,
       COUNT(DISTINCT g.psn_no) FILTER (WHERE g.no_such_number) AS no_such_number
FROM ghost g
JOIN firm f ON f.emp_no = g.emp_no
LEFT JOIN net_settlement n ON n.psn_no = g.psn_no AND CAST(n.setl_time AS DATE) >= CAST(g.begndate AS DATE)
                          AND CAST(n.setl_time AS DATE) <= CAST(g.enddate AS DATE)
WHERE (g.dead OR g.no_such_number) AND f.ghosts >= $min_persons AND f.ghosts >= f.members * $share
GROUP BY g.emp_no
ORDER BY g.emp_no
