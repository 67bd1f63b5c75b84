-- One row: a stay with several grades of nursing on one day, on more days than a change of grade explains.
WITH graded AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.day, l.cnt, l.inscp_fen, substr(l.med_list_codg, 1, 11) AS grade
  FROM stay_line l
  JOIN stay s ON s.mdtrt_id = l.mdtrt_id AND NOT s.with_newborn
  -- first, second and third grade are charged by the day; what is posted for several days has no date
  WHERE substr(l.med_list_codg, 1, 11) IN ('00120100003', '00120100004', '00120100005') AND l.day IS NOT NULL AND l.cnt <= 1
),
double AS (
  SELECT mdtrt_id, day, SUM(cnt) AS billed
  FROM graded
  GROUP BY mdtrt_id, day
  HAVING COUNT(DISTINCT grade) > 1 AND SUM(cnt) > 1
),
ranked AS (
  -- the dearest grade is left: the doubt is the hospital's
  SELECT g.*, k.kept_grade
  FROM graded g
  JOIN double d ON d.mdtrt_id = g.mdtrt_id AND d.day = g.day
  JOIN (SELECT x.mdtrt_id, x.day, x.grade AS kept_grade
        FROM graded x
        QUALIFY ROW_NUMBER() OVER (PARTITION BY x.mdtrt_id, x.day ORDER BY CAST(x.inscp_fen AS DOUBLE) / CAST(x.cnt AS DOUBLE) DESC, x.grade) = 1) k
    ON k.mdtrt_id = g.mdtrt_id AND k.day = g.day
),
often AS (
  SELECT mdtrt_id FROM double GROUP BY mdtrt_id HAVING COUNT(*) > $tolerance_days
)
SELECT 'encounter' AS subject_type,
       r.mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := r.mdtrt_id, bkkp_sn := r.bkkp_sn, fen := r.inscp_fen))) AS fee_list_d_rows,
       COUNT(DISTINCT r.day) AS days
FROM ranked r
SEMI JOIN often o ON o.mdtrt_id = r.mdtrt_id
WHERE r.grade <> r.kept_grade
GROUP BY r.mdtrt_id
ORDER BY r.mdtrt_id
