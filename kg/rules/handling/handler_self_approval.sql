-- One row: a handler who approved what he had entered himself, under his own account or under a colleague's from his own desk.
WITH entered AS (
  SELECT object_id, opter_id, MIN(log_time) AS entered_at, MIN(client_ip) AS desk
  FROM desk_act
  WHERE act = 'enter' AND object_id IS NOT NULL
  GROUP BY object_id, opter_id
),
review AS (
  SELECT log_id, object_id, opter_id AS reviewer, log_time, client_ip FROM desk_act WHERE act = 'review'
  UNION ALL
  -- where reviews have no entry of their own, a later act names the reviewer
  SELECT d.log_id, d.object_id, d.reviewer_id AS reviewer, d.log_time, CAST(NULL AS VARCHAR) AS client_ip
  FROM desk_act d
  ANTI JOIN (SELECT object_id FROM desk_act WHERE act = 'review') r ON r.object_id = d.object_id
  WHERE d.reviewer_id IS NOT NULL
),
seat AS (
  SELECT opter_id, client_ip, COUNT(*) AS acts, SUM(COUNT(*)) OVER (PARTITION BY opter_id) AS all_acts
  FROM desk_act
  WHERE client_ip IS NOT NULL
  GROUP BY opter_id, client_ip
),
judged AS (
  SELECT e.object_id, e.opter_id, r.log_id,
         r.reviewer = e.opter_id AS own,
         -- a colleague's account, minutes later, at the desk of him who entered, where that colleague seldom sits
         COALESCE(r.reviewer <> e.opter_id AND r.client_ip = e.desk AND r.log_time >= e.entered_at
                  AND CAST(FLOOR(epoch(r.log_time)) AS BIGINT) - CAST(FLOOR(epoch(e.entered_at)) AS BIGINT) <= $minutes * 60
                  AND s.acts * 2 < s.all_acts, FALSE) AS borrowed
  FROM entered e
  JOIN review r ON r.object_id = e.object_id
  LEFT JOIN seat s ON s.opter_id = r.reviewer AND s.client_ip = r.client_ip
),
alone AS (
  -- nobody else looked at it
  SELECT object_id, opter_id, BOOL_OR(borrowed) AS borrowed
  FROM judged
  GROUP BY object_id, opter_id
  HAVING COUNT_IF(own OR borrowed) = COUNT(*)
),
office AS (
  SELECT COUNT(DISTINCT r.reviewer) AS reviewers, COUNT(DISTINCT a.object_id) AS unseen, COUNT(DISTINCT r.object_id) AS reviewed
  FROM review r
  LEFT JOIN alone a ON a.object_id = r.object_id
),
paid AS (
  SELECT a.opter_id, CAST(SUM(b.fund_fen) AS BIGINT) AS fund_fen
  FROM alone a
  JOIN desk_bill b ON b.setl_id = a.object_id
  GROUP BY a.opter_id
)
SELECT 'handler' AS subject_type,
       a.opter_id AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(log_id := l.log_id, fen := CAST(0 AS BIGINT)))) AS handler_log_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := b.setl_id, fen := CAST(0 AS BIGINT))) FILTER (WHERE b.setl_id IS NOT NULL)) AS setl_d_rows,
       MAX(p.fund_fen) AS estimate_fen,
       COUNT(DISTINCT a.object_id) AS cases,
       COUNT(DISTINCT a.object_id) FILTER (WHERE a.borrowed) AS under_another_account
FROM alone a
JOIN desk_act l ON l.object_id = a.object_id
LEFT JOIN desk_bill b ON b.setl_id = a.object_id
LEFT JOIN paid p ON p.opter_id = a.opter_id
CROSS JOIN office o
WHERE o.reviewers > 1 AND o.unseen <= o.reviewed * $convention
GROUP BY a.opter_id
HAVING COUNT(DISTINCT a.object_id) >= $min_cases
ORDER BY a.opter_id
