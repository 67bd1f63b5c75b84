-- One row: a person whose two insurance numbers were both used in the same weeks; the settlements of the lesser number in them are cited.
WITH used AS (
  SELECT p.certno_h, n.psn_no, n.setl_id, CAST(n.setl_time AS DATE) AS day, n.paid_fen
  FROM net_settlement n
  JOIN psn_b p ON p.psn_no = n.psn_no
  WHERE p.certno_h IS NOT NULL AND n.setl_time IS NOT NULL AND n.paid_fen > 0
),
span AS (
  SELECT certno_h, psn_no, MIN(day) AS first_day, MAX(day) AS last_day FROM used GROUP BY certno_h, psn_no
),
shared AS (
  SELECT a.certno_h, a.psn_no AS one, b.psn_no AS other, GREATEST(a.first_day, b.first_day) AS from_day, LEAST(a.last_day, b.last_day) AS to_day
  FROM span a
  JOIN span b ON b.certno_h = a.certno_h AND b.psn_no > a.psn_no
),
within AS (
  SELECT s.certno_h, s.one, s.other, s.from_day, s.to_day, u.psn_no, COUNT(*) AS uses, CAST(SUM(u.paid_fen) AS BIGINT) AS paid_fen
  FROM shared s
  JOIN used u ON u.psn_no IN (s.one, s.other) AND u.day >= s.from_day AND u.day <= s.to_day
  -- a transfer ends one number before the other begins
  WHERE date_diff('day', CAST(s.from_day AS DATE), CAST(s.to_day AS DATE)) >= $min_overlap_days
  GROUP BY s.certno_h, s.one, s.other, s.from_day, s.to_day, u.psn_no
),
double AS (
  SELECT *, COUNT(*) OVER pair AS numbers, MIN(uses) OVER pair AS least_uses,
         ROW_NUMBER() OVER (PARTITION BY certno_h, one, other ORDER BY paid_fen, psn_no) AS place
  FROM within
  WINDOW pair AS (PARTITION BY certno_h, one, other)
)
SELECT 'patient' AS subject_type,
       d.psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := u.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       CAST(MAX(d.paid_fen) AS BIGINT) AS estimate_fen,
       MIN(CASE WHEN d.psn_no = d.one THEN d.other ELSE d.one END) AS other_number,
       MIN(d.from_day) AS both_from,
       MAX(d.to_day) AS both_until
FROM double d
JOIN used u ON u.psn_no = d.psn_no AND u.day >= d.from_day AND u.day <= d.to_day
WHERE d.numbers = 2 AND d.least_uses >= $min_uses AND d.place = 1
GROUP BY d.psn_no
ORDER BY d.psn_no
