-- One row: a short stay that is a check-up with a bed, in a hospital that has far more of them than the usual one.
WITH checkup AS (
  SELECT b.*
  FROM stay_bill b
  -- a tumour, or an operation, that follows was what the tests looked for
  ANTI JOIN stay_bill n ON n.identity = b.identity AND n.begntime > b.begntime
                       AND date_diff('day', CAST(b.ends_at AS DATE), CAST(n.begntime AS DATE)) <= $follow_days
                       AND (n.operated OR regexp_matches(COALESCE(n.disease, ''), '^(C|D[0-4])'))
  WHERE b.exam_share >= $exam_min AND b.therapy_share <= $therapy_max AND b.stay_days <= $max_days
    AND NOT b.operated AND NOT b.urgent AND NOT b.infused
    AND COALESCE(b.dscg_way, '1') NOT IN ('2', '5')          -- sent on with what was found
    AND NOT regexp_matches(COALESCE(b.disease, ''), '^(C|D[0-4])')
),
rate AS (
  SELECT h.fixmedins_code, h.stays, COALESCE(x.checkups, 0) AS checkups, CAST(COALESCE(x.checkups, 0) AS DOUBLE) / CAST(h.stays AS DOUBLE) AS rate
  FROM (SELECT fixmedins_code, COUNT(*) AS stays FROM stay_bill GROUP BY fixmedins_code) h
  LEFT JOIN (SELECT fixmedins_code, COUNT(*) AS checkups FROM checkup GROUP BY fixmedins_code) x ON x.fixmedins_code = h.fixmedins_code
),
habit AS (
  SELECT r.fixmedins_code, r.rate, u.usual_rate
  FROM rate r
  CROSS JOIN (SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate) u
  WHERE r.checkups >= $min_stays + r.stays * u.usual_rate * $times + $z * SQRT(r.stays * u.usual_rate * $times)
)
SELECT 'encounter' AS subject_type,
       c.mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := c.mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       ROUND(MAX(c.exam_share), 3) AS exam_share,
       ROUND(MAX(c.therapy_share), 3) AS therapy_share,
       MAX(c.stay_days) AS days,
       ROUND(MAX(h.rate), 4) AS hospital_rate,
       ROUND(MAX(h.usual_rate), 4) AS usual_rate
FROM checkup c
JOIN habit h ON h.fixmedins_code = c.fixmedins_code
GROUP BY c.mdtrt_id
ORDER BY c.mdtrt_id
