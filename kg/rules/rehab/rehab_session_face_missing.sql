-- One row: a person billed for rehabilitation at a place that takes faces, without a face, a session or a ward's look on too many days.
WITH billed AS (
  -- chapter 34 of the national items: physiotherapy and rehabilitation
  SELECT l.psn_no, l.fixmedins_code, CAST(l.fee_ocur_time AS DATE) AS day, EXTRACT(year FROM l.fee_ocur_time) * 12 + EXTRACT(month FROM l.fee_ocur_time) AS month_no,
         MAX(l.cnt) AS largest
  FROM net_line l
  WHERE substr(l.med_list_codg, 1, 4) = '0034' AND l.fee_ocur_time IS NOT NULL
  GROUP BY l.psn_no, l.fixmedins_code, CAST(l.fee_ocur_time AS DATE), EXTRACT(year FROM l.fee_ocur_time) * 12 + EXTRACT(month FROM l.fee_ocur_time)
),
face AS (
  SELECT psn_no, fixmedins_code, CAST(check_time AS DATE) AS day,
         BOOL_OR(result = 'pass' AND COALESCE(live_result, 'pass') <> 'fail') AS seen,
         BOOL_OR(check_kind IN ('rehab_in', 'rehab_out')) AS asked
  FROM face_check
  -- at the bedside the ward's own look counts
  WHERE check_kind IN ('rehab_in', 'rehab_out', 'daily_ward', 'spot_check')
  GROUP BY psn_no, fixmedins_code, CAST(check_time AS DATE)
),
held AS (
  SELECT DISTINCT psn_no, fixmedins_code, CAST(begntime AS DATE) AS day FROM therapy_session
),
judged AS (
  SELECT b.*, COALESCE(f.seen, FALSE) OR h.psn_no IS NOT NULL AS shown, COALESCE(f.asked, FALSE) AS asked,
         COUNT(*) OVER place_day - 1 AS others,
         COUNT(*) FILTER (WHERE f.seen) OVER place_day - CASE WHEN COALESCE(f.seen, FALSE) THEN 1 ELSE 0 END AS others_seen
  FROM billed b
  LEFT JOIN face f ON f.psn_no = b.psn_no AND f.fixmedins_code = b.fixmedins_code AND f.day = b.day
  LEFT JOIN held h ON h.psn_no = b.psn_no AND h.fixmedins_code = b.fixmedins_code AND h.day = b.day
  WINDOW place_day AS (PARTITION BY b.fixmedins_code, b.day)
),
feed AS (
  SELECT fixmedins_code
  FROM (SELECT fixmedins_code, psn_no, CAST(COUNT_IF(asked) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS asked_share
        FROM judged GROUP BY fixmedins_code, psn_no) AS persons
  GROUP BY fixmedins_code
  HAVING MEDIAN(asked_share) >= $feed
),
clear_day AS (
  -- the camera saw the others; and a person posted in bulk has no days
  SELECT j.*
  FROM judged j
  SEMI JOIN feed f ON f.fixmedins_code = j.fixmedins_code
  WHERE j.others > 0 AND j.others_seen >= j.others * $others_seen
  QUALIFY MAX(j.largest) OVER (PARTITION BY j.psn_no, j.fixmedins_code) <= $daily_most
),
hit AS (
  SELECT psn_no, fixmedins_code, month_no, COUNT_IF(NOT shown) AS missing, COUNT(*) AS days
  FROM clear_day
  GROUP BY psn_no, fixmedins_code, month_no
  HAVING COUNT_IF(NOT shown) >= $min_days AND COUNT_IF(NOT shown) >= COUNT(*) * $share
)
SELECT 'patient' AS subject_type,
       h.psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       h.fixmedins_code AS place,
       COUNT(DISTINCT d.day) AS missing_days
FROM hit h
JOIN clear_day d ON d.psn_no = h.psn_no AND d.fixmedins_code = h.fixmedins_code AND d.month_no = h.month_no AND NOT d.shown
JOIN net_line l ON l.psn_no = d.psn_no AND l.fixmedins_code = d.fixmedins_code AND CAST(l.fee_ocur_time AS DATE) = d.day
               AND substr(l.med_list_codg, 1, 4) = '0034'
GROUP BY h.psn_no, h.fixmedins_code
ORDER BY h.psn_no, h.fixmedins_code
