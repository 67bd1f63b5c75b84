-- One row: an institution that settled while the bureau's system was shut for maintenance, and a handler whose entries about those cards went before.
WITH shut AS (
  SELECT DISTINCT window_from, window_to, EXTRACT(HOUR FROM window_from) AS from_hour, EXTRACT(HOUR FROM window_to) AS to_hour
  FROM calendar
  WHERE kind = 'maintenance' AND window_to > window_from
),
bill AS (
  -- what was settled offline by leave and sent later was written later
  SELECT n.setl_id, n.psn_no, n.fixmedins_code, n.opter_id, n.fee_fen, n.paid_fen, COALESCE(s.crte_time, n.setl_time) AS made_at
  FROM net_settlement n
  JOIN setl_d s ON s.setl_id = n.setl_id
  ANTI JOIN desk_entry e ON e.mdtrt_id = n.mdtrt_id
  WHERE COALESCE(s.crte_time, n.setl_time) <> CAST(CAST(COALESCE(s.crte_time, n.setl_time) AS DATE) AS TIMESTAMP)
),
inside AS (
  SELECT b.*, w.window_from, w.window_to FROM bill b JOIN shut w ON b.made_at >= w.window_from AND b.made_at <= w.window_to
),
habit AS (
  SELECT fixmedins_code, EXTRACT(HOUR FROM made_at) AS hour, COUNT(DISTINCT CAST(made_at AS DATE)) AS days FROM bill GROUP BY fixmedins_code, EXTRACT(HOUR FROM made_at)
),
works AS (
  -- who is usually at work in the hours of the window
  SELECT w.window_from, h.fixmedins_code
  FROM shut w
  JOIN habit h ON CASE WHEN w.from_hour <= w.to_hour THEN h.hour >= w.from_hour AND h.hour <= w.to_hour ELSE h.hour >= w.from_hour OR h.hour <= w.to_hour END
  CROSS JOIN (SELECT COUNT(DISTINCT CAST(made_at AS DATE)) AS days FROM bill) t
  GROUP BY w.window_from, h.fixmedins_code
  HAVING MAX(h.days) >= MAX(t.days) * $usual
),
kept AS (
  -- when half of those carried on, the system was not shut
  SELECT w.window_from
  FROM shut w
  LEFT JOIN works o ON o.window_from = w.window_from
  LEFT JOIN (SELECT DISTINCT window_from, fixmedins_code FROM inside) i ON i.window_from = o.window_from AND i.fixmedins_code = o.fixmedins_code
  GROUP BY w.window_from
  HAVING COUNT(DISTINCT i.fixmedins_code) < GREATEST(COUNT(DISTINCT o.fixmedins_code) * $carried_on, 1)
),
again AS (
  -- one card, another sum: no retry
  SELECT DISTINCT fixmedins_code, window_from FROM inside GROUP BY fixmedins_code, window_from, psn_no HAVING COUNT(DISTINCT fee_fen) > 1
),
hit AS (
  SELECT i.fixmedins_code
  FROM inside i
  JOIN kept k ON k.window_from = i.window_from
  LEFT JOIN again a ON a.fixmedins_code = i.fixmedins_code AND a.window_from = i.window_from
  GROUP BY i.fixmedins_code
  HAVING COUNT(*) >= $min_n OR COUNT(a.window_from) > 0
),
cited AS (
  SELECT i.* FROM inside i JOIN kept k ON k.window_from = i.window_from JOIN hit h ON h.fixmedins_code = i.fixmedins_code
),
prepared AS (
  SELECT DISTINCT c.setl_id, d.opter_id AS handler, d.log_id
  FROM cited c
  JOIN desk_act d ON d.object_id IN (c.psn_no, c.setl_id, c.fixmedins_code) AND d.log_time <= c.window_to
                 AND CAST(FLOOR(epoch(c.window_from)) AS BIGINT) - CAST(FLOOR(epoch(d.log_time)) AS BIGINT) <= $log_hours * 3600
),
whose AS (
  SELECT c.*, COALESCE(p.handler, c.opter_id, c.fixmedins_code) AS who, p.handler, COALESCE(p.handler, c.opter_id) IS NULL AS nobody
  FROM cited c
  LEFT JOIN (SELECT DISTINCT setl_id, handler FROM prepared) p ON p.setl_id = c.setl_id
),
shared AS (
  SELECT window_from, COUNT(DISTINCT fixmedins_code) AS institutions FROM cited GROUP BY window_from
),
entry AS (
  SELECT p.handler, c.fixmedins_code, LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(log_id := p.log_id, fen := CAST(0 AS BIGINT)))) AS handler_log_rows
  FROM prepared p
  JOIN cited c ON c.setl_id = p.setl_id
  GROUP BY p.handler, c.fixmedins_code
)
SELECT CASE WHEN w.nobody THEN 'institution' ELSE 'handler' END AS subject_type,
       w.who AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := w.setl_id, fen := w.paid_fen))) AS setl_d_rows,
       MAX(e.handler_log_rows) AS handler_log_rows,
       w.fixmedins_code AS institution,
       COUNT(DISTINCT w.setl_id) AS settlements,
       COUNT(DISTINCT w.window_from) AS windows,
       MAX(s.institutions) AS institutions_in_one_window,
       w.handler IS NOT NULL AS entered_before_at_the_desk
FROM whose w
JOIN shared s ON s.window_from = w.window_from
LEFT JOIN entry e ON e.handler = w.handler AND e.fixmedins_code = w.fixmedins_code
GROUP BY w.who, w.nobody, w.handler, w.fixmedins_code
ORDER BY w.who, w.fixmedins_code
