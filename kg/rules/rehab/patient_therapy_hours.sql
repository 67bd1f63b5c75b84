-- One row: a visit with more hours of therapy than the patient's days can hold, and the cheapest lines that make the surplus.
WITH line AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, CAST(l.fee_ocur_time AS DATE) AS day, l.inscp_fen, l.cnt * k.minutes AS minutes
  FROM net_line l
  JOIN (SELECT med_list_codg, MIN(minutes_min) AS minutes FROM kb_service
        WHERE COALESCE(concurrent_ok, '0') <> '1' AND minutes_min > 0 GROUP BY med_list_codg) k ON k.med_list_codg = l.med_list_codg
  WHERE l.fee_ocur_time IS NOT NULL
),
span AS (
  -- a visit posted on fewer than half of its days is posted in bulk: then only its whole can be judged
  SELECT l.mdtrt_id, COALESCE(MAX(s.stay_days), 0) + 1 AS days,
         COUNT(DISTINCT l.day) * 2 >= COALESCE(MAX(s.stay_days), 0) + 1 AS posted_daily
  FROM line l
  LEFT JOIN stay s ON s.mdtrt_id = l.mdtrt_id
  WHERE s.mdtrt_id IS NULL OR s.ends_at IS NOT NULL
  GROUP BY l.mdtrt_id
),
unit AS (
  SELECT l.*, CASE WHEN p.posted_daily THEN l.day END AS judged_day, CASE WHEN p.posted_daily THEN 1 ELSE p.days END * $max_minutes AS allowed
  FROM line l
  JOIN span p ON p.mdtrt_id = l.mdtrt_id
),
-- several visits of one person on one day are one day
total AS (
  SELECT psn_no, judged_day, CASE WHEN judged_day IS NULL THEN mdtrt_id END AS judged_visit, SUM(minutes) - MAX(allowed) AS excess, SUM(minutes) AS minutes
  FROM unit
  GROUP BY psn_no, judged_day, CASE WHEN judged_day IS NULL THEN mdtrt_id END
  HAVING SUM(minutes) > MAX(allowed)
),
ordered AS (
  SELECT u.*, t.excess, t.minutes AS all_minutes,
         SUM(u.minutes) OVER (PARTITION BY u.psn_no, u.judged_day, CASE WHEN u.judged_day IS NULL THEN u.mdtrt_id END
                              ORDER BY CAST(u.inscp_fen AS DOUBLE) / CAST(u.minutes AS DOUBLE), u.mdtrt_id, u.bkkp_sn
                              ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - u.minutes AS taken
  FROM unit u
  JOIN total t ON t.psn_no = u.psn_no AND t.judged_day IS NOT DISTINCT FROM u.judged_day
             AND (u.judged_day IS NOT NULL OR t.judged_visit = u.mdtrt_id)
)
SELECT 'encounter' AS subject_type,
       mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn,
         fen := CAST(FLOOR(CAST(inscp_fen AS DOUBLE) * CAST(LEAST(minutes, excess - taken) AS DOUBLE) / CAST(minutes AS DOUBLE)) AS BIGINT)))) AS fee_list_d_rows,
       COUNT(DISTINCT judged_day) AS days,
       CAST(MAX(all_minutes) AS DOUBLE) AS most_minutes
FROM ordered
WHERE taken < excess
GROUP BY mdtrt_id
ORDER BY mdtrt_id
