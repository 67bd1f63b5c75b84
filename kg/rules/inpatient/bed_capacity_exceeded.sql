-- One row: a hospital with more patients in the night than beds on too many nights of a month, and the stays that fewest can swear to.
WITH bed AS (
  -- several entries of the register: the largest number speaks for the hospital
  SELECT fixmedins_code, MAX(aprv_bed_cnt) AS beds FROM fixmedins_b WHERE aprv_bed_cnt > 0 GROUP BY fixmedins_code
),
census AS (
  SELECT n.fixmedins_code, n.night, EXTRACT(year FROM n.night) * 12 + EXTRACT(month FROM n.night) AS month_no,
         COUNT(DISTINCT n.identity) AS patients, MAX(b.beds) AS beds
  FROM stay_night n
  JOIN bed b ON b.fixmedins_code = n.fixmedins_code
  GROUP BY n.fixmedins_code, n.night
),
crowded AS (
  SELECT fixmedins_code, month_no, COUNT(*) AS nights
  FROM census
  WHERE patients > beds * (1 + $slack)
  GROUP BY fixmedins_code, month_no
  HAVING COUNT(*) >= $min_nights
),
usual AS (
  -- when many hospitals overflow at once, the patients are real
  SELECT h.month_no, CAST(COUNT(c.fixmedins_code) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS crowded_share, COUNT(*) AS hospitals
  FROM (SELECT DISTINCT fixmedins_code, month_no FROM census) h
  LEFT JOIN crowded c ON c.fixmedins_code = h.fixmedins_code AND c.month_no = h.month_no
  GROUP BY h.month_no
),
over AS (
  SELECT c.fixmedins_code, c.night, c.patients, c.beds, c.patients - c.beds * (1 + $slack) AS surplus
  FROM census c
  JOIN crowded w ON w.fixmedins_code = c.fixmedins_code AND w.month_no = c.month_no
  JOIN usual u ON u.month_no = c.month_no
  WHERE c.patients > c.beds * (1 + $slack) AND (u.hospitals < $min_peers OR u.crowded_share <= $epidemic_share)
),
ranked AS (
  -- the patients beyond the beds: those whom nobody saw, whom nobody witnessed, for whom nothing was done
  SELECT o.fixmedins_code, o.surplus, n.mdtrt_id,
         ROW_NUMBER() OVER (PARTITION BY o.fixmedins_code, o.night
                            ORDER BY p.days_present, p.days_witnessed, p.days_treated, n.mdtrt_id) AS doubt
  FROM over o
  JOIN stay_night n ON n.fixmedins_code = o.fixmedins_code AND n.night = o.night
  JOIN stay_presence p ON p.mdtrt_id = n.mdtrt_id
),
price AS (
  SELECT n.fixmedins_code, CAST(MAX(l.fen) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS fen_a_night
  FROM stay_night n
  JOIN (SELECT fixmedins_code, SUM(inscp_fen) AS fen FROM stay_line GROUP BY fixmedins_code) l ON l.fixmedins_code = n.fixmedins_code
  GROUP BY n.fixmedins_code
),
night_sum AS (
  SELECT fixmedins_code, COUNT(*) AS nights, MAX(patients) AS most_patients, MAX(beds) AS beds, SUM(surplus) AS surplus
  FROM over
  GROUP BY fixmedins_code
)
SELECT 'institution' AS subject_type,
       r.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := r.mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       MAX(CAST(n.surplus AS DOUBLE) * p.fen_a_night) AS estimate_fen,
       MAX(n.nights) AS nights,
       MAX(n.most_patients) AS most_patients,
       MAX(n.beds) AS beds
FROM ranked r
JOIN night_sum n ON n.fixmedins_code = r.fixmedins_code
LEFT JOIN price p ON p.fixmedins_code = r.fixmedins_code
WHERE r.doubt <= r.surplus
GROUP BY r.fixmedins_code
ORDER BY r.fixmedins_code
