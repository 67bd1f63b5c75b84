-- One row: a stay billed for first-grade nursing on days for which the chart orders the second or third grade and never the first, where others order it.
WITH graded AS (
  SELECT mdtrt_id, bkkp_sn, fixmedins_code, day, cnt, inscp_fen FROM stay_line WHERE substr(med_list_codg, 1, 11) = '00120100003' AND cnt > 0
),
ordered AS (
  SELECT mdtrt_id, substr(med_list_codg, 1, 11) = '00120100003' AS first_grade, CAST(begntime AS DATE) AS from_day, CAST(stoptime AS DATE) AS to_day
  FROM drord_d
  WHERE substr(med_list_codg, 1, 11) IN ('00120100003', '00120100004', '00120100005') AND begntime IS NOT NULL
),
day AS (
  -- a chart without an order of any grade says nothing; neither does a day outside the lower order
  SELECT g.*, f.mdtrt_id IS NULL AND o.mdtrt_id IS NOT NULL AS against
  FROM graded g
  LEFT JOIN (SELECT DISTINCT mdtrt_id FROM ordered WHERE first_grade) f ON f.mdtrt_id = g.mdtrt_id
  LEFT JOIN (SELECT mdtrt_id, MIN(from_day) AS from_day, MAX(COALESCE(to_day, DATE '9999-12-31')) AS to_day FROM ordered WHERE NOT first_grade GROUP BY mdtrt_id) o
    ON o.mdtrt_id = g.mdtrt_id AND g.day >= o.from_day AND g.day <= o.to_day
  SEMI JOIN ordered x ON x.mdtrt_id = g.mdtrt_id
),
rate AS (
  SELECT fixmedins_code, COUNT(*) AS days, COUNT_IF(against) AS against, CAST(COUNT_IF(against) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS rate
  FROM day
  GROUP BY fixmedins_code
),
habit AS (
  -- a grade that was raised by word alone, at night, happens in every ward
  SELECT r.fixmedins_code, r.rate, u.usual_rate
  FROM rate r
  CROSS JOIN (SELECT MEDIAN(rate) AS usual_rate FROM rate HAVING COUNT(*) >= $min_peers) u
  WHERE r.against >= $min_days + r.days * u.usual_rate * $times + $z * SQRT(r.days * u.usual_rate * $times)
),
lower AS (
  SELECT fixmedins_code, CAST(FLOOR(MEDIAN(CAST(inscp_fen AS DOUBLE) / CAST(cnt AS DOUBLE))) AS BIGINT) AS fen
  FROM stay_line
  WHERE substr(med_list_codg, 1, 11) = '00120100004' AND cnt > 0
  GROUP BY fixmedins_code
)
SELECT 'encounter' AS subject_type,
       d.mdtrt_id AS subject_id,
       -- the lower grade was given: only the difference is claimed, and nothing where its price is unknown
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := d.mdtrt_id, bkkp_sn := d.bkkp_sn,
           fen := GREATEST(d.inscp_fen - CAST(FLOOR(CAST(COALESCE(w.fen, d.inscp_fen) AS DOUBLE) * CAST(d.cnt AS DOUBLE)) AS BIGINT), 0))))
         AS fee_list_d_rows,
       COUNT(DISTINCT d.day) AS days_above_order,
       ROUND(MAX(h.rate), 4) AS hospital_rate,
       ROUND(MAX(h.usual_rate), 4) AS usual_rate
FROM day d
JOIN habit h ON h.fixmedins_code = d.fixmedins_code
LEFT JOIN lower w ON w.fixmedins_code = d.fixmedins_code
WHERE d.against
GROUP BY d.mdtrt_id
ORDER BY d.mdtrt_id
