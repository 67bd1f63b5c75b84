-- One row: a person at a centre billed for sessions at which no camera saw the person come and go.
WITH judged AS (
  SELECT d.*, d.in_at IS NULL AND d.out_at IS NULL AS unseen
  FROM dialysis_day d
  JOIN dialysis_feed f ON f.fixmedins_code = d.fixmedins_code
  WHERE f.asked_share >= $feed AND d.posted_daily
    AND d.others > 0 AND d.others_in >= d.others * $others_seen    -- the device worked for the others that day
),
person AS (
  SELECT psn_no, fixmedins_code, COUNT_IF(unseen) AS unseen, COUNT(*) AS days
  FROM judged
  GROUP BY psn_no, fixmedins_code
  HAVING COUNT_IF(unseen) >= $min_sessions
),
usual AS (
  SELECT MEDIAN(share) AS share
  FROM (SELECT fixmedins_code, psn_no, CAST(COUNT_IF(unseen) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS share FROM judged GROUP BY ALL) AS persons
)
SELECT 'settlement' AS subject_type,
       p.psn_no || ' at ' || p.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MAX(p.unseen) AS sessions_unseen,
       MAX(p.days) AS sessions_judged
FROM person p
CROSS JOIN usual u
JOIN judged j ON j.psn_no = p.psn_no AND j.fixmedins_code = p.fixmedins_code AND j.unseen
JOIN dialysis_line l ON l.psn_no = j.psn_no AND l.fixmedins_code = j.fixmedins_code AND l.day = j.day AND l.kind = 'session'
WHERE p.unseen > p.days * u.share * $times
GROUP BY p.psn_no, p.fixmedins_code
ORDER BY p.psn_no, p.fixmedins_code
