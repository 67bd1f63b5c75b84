-- One row: an institution whose reports tell of tests done before the visit that bills them began, or after the patient had left the ward.
WITH report AS (
  SELECT 'exam' AS source, rpot_id, med_list_codg, CAST(NULL AS VARCHAR) AS item_name, CAST(NULL AS VARCHAR) AS samp_no, mdtrt_id, exam_time AS done_at
  FROM exam_rpot
  UNION ALL
  SELECT 'test' AS source, rpot_id, med_list_codg, item_name, samp_no, mdtrt_id, test_time AS done_at
  FROM test_rpot
),
told AS (
  SELECT r.*, m.fixmedins_code, m.psn_no, m.begntime,
         -- a stay ends; whoever comes by day may be sent to the device later. What was done in the emergency room belongs to the stay.
         s.ends_at, CASE WHEN s.mdtrt_id IS NULL THEN $clock_hours ELSE $before_hours END AS ahead_hours
  FROM report r
  JOIN mdtrt_d m ON m.mdtrt_id = r.mdtrt_id AND m.vali_flag = '1'
  LEFT JOIN stay s ON s.mdtrt_id = r.mdtrt_id
  WHERE r.done_at IS NOT NULL AND m.begntime IS NOT NULL AND r.rpot_id IS NOT NULL
),
judged AS (
  SELECT *, CAST(FLOOR(epoch(begntime)) AS BIGINT) - CAST(FLOOR(epoch(done_at)) AS BIGINT) > ahead_hours * 3600 AS early,
         COALESCE(CAST(FLOOR(epoch(done_at)) AS BIGINT) - CAST(FLOOR(epoch(ends_at)) AS BIGINT) > $clock_hours * 3600, FALSE) AS late
  FROM told
),
rate AS (
  SELECT fixmedins_code, COUNT(DISTINCT rpot_id) AS reports, COUNT(DISTINCT rpot_id) FILTER (WHERE early OR late) AS broken,
         CAST(COUNT(DISTINCT rpot_id) FILTER (WHERE early OR late) AS DOUBLE) / CAST(COUNT(DISTINCT rpot_id) AS DOUBLE) AS rate
  FROM judged
  GROUP BY fixmedins_code
),
habit AS (
  -- where nearly all reports are off it is the clock of a device; a few are the filing of any house
  SELECT r.fixmedins_code, r.rate, u.usual_rate
  FROM rate r
  CROSS JOIN (SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate) u
  WHERE r.rate <= $clock_share AND r.rate >= $least_rate
    AND r.broken >= $min_reports + r.reports * u.usual_rate * $times + $z * SQRT(r.reports * u.usual_rate * $times)
),
broken AS (
  SELECT j.*, h.rate, h.usual_rate
  FROM judged j
  JOIN habit h ON h.fixmedins_code = j.fixmedins_code
  WHERE j.early OR j.late
),
exam AS (
  SELECT fixmedins_code,
         LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(rpot_id := rpot_id, med_list_codg := med_list_codg, fen := CAST(0 AS BIGINT)))) AS rows_of
  FROM broken
  WHERE source = 'exam'
  GROUP BY fixmedins_code
),
test AS (
  SELECT fixmedins_code,
         LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(rpot_id := rpot_id, item_name := item_name, med_list_codg := med_list_codg, samp_no := samp_no,
                                                  fen := CAST(0 AS BIGINT)))) AS rows_of
  FROM broken
  WHERE source = 'test'
  GROUP BY fixmedins_code
)
SELECT 'institution' AS subject_type,
       b.fixmedins_code AS subject_id,
       e.rows_of AS exam_rpot_rows,
       t.rows_of AS test_rpot_rows,
       COUNT(DISTINCT b.rpot_id) AS reports,
       COUNT(DISTINCT b.psn_no) AS patients,
       COUNT(DISTINCT b.rpot_id) FILTER (WHERE b.early) AS before_the_visit,
       COUNT(DISTINCT b.rpot_id) FILTER (WHERE b.late) AS after_discharge,
       ROUND(MAX(b.rate), 4) AS house_rate,
       ROUND(MAX(b.usual_rate), 4) AS usual_rate
FROM broken b
LEFT JOIN exam e ON e.fixmedins_code = b.fixmedins_code
LEFT JOIN test t ON t.fixmedins_code = b.fixmedins_code
GROUP BY b.fixmedins_code, e.rows_of, t.rows_of
ORDER BY b.fixmedins_code
