-- One row: a handler who pays, approves and changes at night and on days off, far more than the colleagues do.
WITH act AS (
  SELECT d.log_id, d.opter_id, d.log_time, d.object_id,
         EXTRACT(hour FROM d.log_time) < $office_from OR EXTRACT(hour FROM d.log_time) >= $office_to
           OR date_diff('day', DATE '2000-01-03', CAST(d.log_time AS DATE)) % 7 >= 5 OR h.date_from IS NOT NULL AS off
  FROM desk_act d
  LEFT JOIN (SELECT date_from, date_to FROM calendar WHERE kind = 'holiday') h
         ON CAST(d.log_time AS DATE) >= h.date_from AND CAST(d.log_time AS DATE) <= h.date_to
  -- midnight to the second is a batch or a missing clock; a system account never sleeps and is no handler
  WHERE d.act IN ('review', 'pay', 'change', 'enter') AND d.log_time <> CAST(CAST(d.log_time AS DATE) AS TIMESTAMP)
),
crowd AS (
  -- overtime by order brings most of the office
  SELECT CAST(log_time AS DATE) AS day, COUNT(DISTINCT opter_id) AS handlers FROM act WHERE off GROUP BY CAST(log_time AS DATE)
),
staff AS (
  SELECT COUNT(DISTINCT opter_id) AS handlers FROM act
),
alone AS (
  SELECT a.log_id, a.opter_id, a.log_time, a.object_id, a.off AND c.handlers <= s.handlers * $ordered_share AS off
  FROM act a
  LEFT JOIN crowd c ON c.day = CAST(a.log_time AS DATE)
  CROSS JOIN staff s
),
handler AS (
  SELECT opter_id, COUNT(*) AS acts, COUNT_IF(off) AS off_acts, COUNT(DISTINCT CAST(log_time AS DATE)) FILTER (WHERE off) AS days,
         CAST(COUNT_IF(off) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS rate
  FROM alone
  GROUP BY opter_id
),
usual AS (
  SELECT MEDIAN(rate) AS usual_rate, COUNT(*) AS handlers FROM handler
)
SELECT 'handler' AS subject_type,
       a.opter_id AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(log_id := a.log_id, fen := CAST(0 AS BIGINT)))) AS handler_log_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := b.setl_id, fen := CAST(0 AS BIGINT))) FILTER (WHERE b.setl_id IS NOT NULL)) AS setl_d_rows,
       MAX(h.off_acts) AS acts_off_hours,
       MAX(h.days) AS days,
       MAX(u.usual_rate) AS usual_rate
FROM alone a
JOIN handler h ON h.opter_id = a.opter_id
LEFT JOIN desk_bill b ON b.setl_id = a.object_id
CROSS JOIN usual u
WHERE a.off AND u.handlers >= $min_peers AND h.days >= $min_days
  AND h.off_acts >= $min_n + h.acts * (u.usual_rate + $slack) * $times + $z * SQRT(h.acts * (u.usual_rate + $slack) * $times)
GROUP BY a.opter_id
ORDER BY a.opter_id
