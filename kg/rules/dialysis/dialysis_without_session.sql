-- One row: a person at a centre for whom more sessions were billed than the centre recorded.
WITH month_of AS (
  SELECT d.psn_no, d.fixmedins_code, EXTRACT(year FROM d.day) * 12 + EXTRACT(month FROM d.day) AS month_no, SUM(d.sessions) AS billed
  FROM dialysis_day d
  JOIN dialysis_feed f ON f.fixmedins_code = d.fixmedins_code
  WHERE f.recorded_share >= $feed
  GROUP BY ALL
),
held AS (
  -- a session at a partner centre on holiday counts for the person
  SELECT psn_no, EXTRACT(year FROM begntime) * 12 + EXTRACT(month FROM begntime) AS month_no, COUNT(*) AS recorded
  FROM dialysis_session
  GROUP BY ALL
),
surplus AS (
  SELECT m.psn_no, m.fixmedins_code, m.month_no, m.billed, COALESCE(h.recorded, 0) AS recorded
  FROM month_of m
  LEFT JOIN held h ON h.psn_no = m.psn_no AND h.month_no = m.month_no
  WHERE m.billed > COALESCE(h.recorded, 0) + $tol_sessions
),
line AS (
  -- lines of days without a session first, then from the latest back, until the surplus is spent
  SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, l.inscp_fen, l.cnt, s.billed - s.recorded AS surplus, s.month_no,
         SUM(l.cnt) OVER (PARTITION BY l.psn_no, l.fixmedins_code, s.month_no
                          ORDER BY CASE WHEN d.recorded = 0 THEN 0 ELSE 1 END, l.fee_ocur_time DESC, l.bkkp_sn
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - l.cnt AS taken
  FROM dialysis_line l
  JOIN surplus s ON s.psn_no = l.psn_no AND s.fixmedins_code = l.fixmedins_code
                AND s.month_no = EXTRACT(year FROM l.day) * 12 + EXTRACT(month FROM l.day)
  JOIN dialysis_day d ON d.psn_no = l.psn_no AND d.fixmedins_code = l.fixmedins_code AND d.day = l.day
  WHERE l.kind = 'session'
),
cited AS (
  SELECT *, CASE WHEN taken + cnt <= surplus THEN inscp_fen
                 ELSE CAST(ROUND(inscp_fen * CAST(surplus - taken AS DOUBLE) / CAST(cnt AS DOUBLE), 0) AS BIGINT) END AS fen
  FROM line
  WHERE taken < surplus
)
SELECT 'settlement' AS subject_type,
       c.psn_no || ' at ' || c.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := c.mdtrt_id, bkkp_sn := c.bkkp_sn, fen := c.fen))) AS fee_list_d_rows,
       COUNT(*) AS lines,
       COUNT(DISTINCT c.month_no) AS months
FROM cited c
GROUP BY c.psn_no, c.fixmedins_code
HAVING COUNT(*) >= $min_sessions
ORDER BY c.psn_no, c.fixmedins_code
