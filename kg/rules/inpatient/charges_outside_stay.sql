-- One row: a stay billed for times at which the patient was not there, in a hospital that posts its lines on their day.
WITH limits AS (
  SELECT mdtrt_id, fixmedins_code, begntime, ends_at,
         CAST(FLOOR(epoch(begntime)) AS BIGINT) AS begins, CAST(FLOOR(epoch(ends_at)) AS BIGINT) AS ends,
         begntime = CAST(CAST(begntime AS DATE) AS TIMESTAMP) AS begin_bare, ends_at = CAST(CAST(ends_at AS DATE) AS TIMESTAMP) AS end_bare
  FROM stay
  WHERE begntime IS NOT NULL AND ends_at IS NOT NULL AND NOT with_newborn
),
timed AS (
  SELECT s.*, l.bkkp_sn, l.inscp_fen, CAST(FLOOR(epoch(l.fee_ocur_time)) AS BIGINT) AS second,
         l.fee_ocur_time = CAST(l.day AS TIMESTAMP) AS bare,
         date_diff('day', CAST(l.fee_ocur_time AS DATE), CAST(s.begntime AS DATE)) AS days_before,
         date_diff('day', CAST(s.ends_at AS DATE), CAST(l.fee_ocur_time AS DATE)) AS days_after
  FROM stay_line l
  JOIN limits s ON s.mdtrt_id = l.mdtrt_id
  WHERE l.fee_ocur_time IS NOT NULL
),
away AS (
  -- two bare dates n days apart are at least n - 1 days apart
  SELECT mdtrt_id, bkkp_sn, fixmedins_code, inscp_fen,
         CASE WHEN bare OR begin_bare THEN (days_before - 1) * 24 ELSE (begins - second) / 3600 END AS hours_before,
         CASE WHEN bare OR end_bare THEN (days_after - 1) * 24 ELSE (second - ends) / 3600 END AS hours_after
  FROM timed
),
outside AS (
  SELECT a.*
  FROM away a
  JOIN fee_list_d f ON f.mdtrt_id = a.mdtrt_id AND f.bkkp_sn = a.bkkp_sn
  -- ordered during the stay: given then, posted later
  ANTI JOIN (SELECT o.mdtrt_id, o.drord_no FROM drord_d o JOIN limits s ON s.mdtrt_id = o.mdtrt_id
             WHERE o.begntime >= s.begntime AND o.begntime <= s.ends_at) d ON d.mdtrt_id = a.mdtrt_id AND d.drord_no = f.rx_drord_no
  WHERE (a.hours_before > $before_hours OR a.hours_after > $after_hours) AND COALESCE(f.dscg_tkdrug_flag, '0') <> '1'
),
posting AS (
  SELECT s.fixmedins_code, COUNT(*) AS stays, COUNT(o.mdtrt_id) AS late
  FROM limits s
  LEFT JOIN (SELECT DISTINCT mdtrt_id FROM outside) o ON o.mdtrt_id = s.mdtrt_id
  GROUP BY s.fixmedins_code
),
rate AS (
  SELECT *, CAST(late AS DOUBLE) / CAST(stays AS DOUBLE) AS rate FROM posting
),
habit AS (
  SELECT r.fixmedins_code
  FROM rate r
  CROSS JOIN (SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate) u
  WHERE r.late >= $min_stays + r.stays * u.usual_rate * $times + $z * SQRT(r.stays * u.usual_rate * $times)
    AND r.rate <= $bulk_share
)
SELECT 'encounter' AS subject_type,
       o.mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := o.mdtrt_id, bkkp_sn := o.bkkp_sn, fen := o.inscp_fen))) AS fee_list_d_rows,
       COUNT_IF(o.hours_before > $before_hours) AS lines_before,
       COUNT_IF(o.hours_after > $after_hours) AS lines_after
FROM outside o
SEMI JOIN habit h ON h.fixmedins_code = o.fixmedins_code
GROUP BY o.mdtrt_id
ORDER BY o.mdtrt_id
