-- One row: an institution and a kind of visit whose money from the fund grew beyond a line against the same quarter of last year.
WITH now AS (
  SELECT MAX(quarter) AS quarter FROM full_quarter
),
compared AS (
  SELECT n.quarter, n.quarter - 4 AS before, a.first_day, a.last_day, b.first_day AS before_first, b.last_day AS before_last
  FROM now n
  JOIN full_quarter a ON a.quarter = n.quarter
  JOIN full_quarter b ON b.quarter = n.quarter - 4
),
folk AS (
  -- people of one sex and one decade of birth
  SELECT psn_no, COALESCE(gend, '') || CAST(EXTRACT(YEAR FROM brdy) // 10 AS VARCHAR) AS alike FROM psn_b WHERE brdy IS NOT NULL
),
insured AS (
  SELECT f.alike, COUNT(DISTINCT CASE WHEN i.begndate <= c.last_day AND COALESCE(i.enddate, c.last_day) >= c.first_day THEN i.psn_no END) AS now_n,
         COUNT(DISTINCT CASE WHEN i.begndate <= c.before_last AND COALESCE(i.enddate, c.before_last) >= c.before_first THEN i.psn_no END) AS before_n
  FROM psn_insu_d i
  JOIN folk f ON f.psn_no = i.psn_no
  CROSS JOIN compared c
  GROUP BY f.alike
),
bill AS (
  SELECT q.*, q.quarter = c.quarter AS is_now
  FROM quarter_bill q
  JOIN compared c ON q.quarter IN (c.quarter, c.before)
  WHERE q.med_kind IS NOT NULL
),
fed AS (
  -- a feed that began or broke off within one of the quarters shows no growth
  SELECT fixmedins_code, med_kind
  FROM bill
  GROUP BY fixmedins_code, med_kind
  HAVING COUNT(DISTINCT CASE WHEN is_now THEN month_no END) = 3 AND COUNT(DISTINCT CASE WHEN NOT is_now THEN month_no END) = 3
),
person AS (
  -- last year's money, as many insured of his kind as there are now
  SELECT b.fixmedins_code, b.med_kind, b.psn_no,
         SUM(CASE WHEN b.is_now THEN CAST(b.fund_fen AS DOUBLE) ELSE 0.0 END) AS fen,
         SUM(CASE WHEN b.is_now THEN 0.0 ELSE CAST(b.fund_fen AS DOUBLE) * COALESCE(CASE WHEN i.before_n > 0 THEN CAST(i.now_n AS DOUBLE) / CAST(i.before_n AS DOUBLE) END, 1.0) END) AS due,
         COUNT_IF(b.is_now) AS visits, COUNT_IF(NOT b.is_now) AS visits_before
  FROM bill b
  SEMI JOIN fed d ON d.fixmedins_code = b.fixmedins_code AND d.med_kind = b.med_kind
  LEFT JOIN folk f ON f.psn_no = b.psn_no
  LEFT JOIN insured i ON i.alike = f.alike
  GROUP BY b.fixmedins_code, b.med_kind, b.psn_no
),
house AS (
  SELECT fixmedins_code, med_kind, SUM(fen) AS fen, SUM(due) AS due, CASE WHEN SUM(due) > 0 THEN SUM(fen) / SUM(due) END AS ratio,
         COUNT_IF(visits > 0) AS persons, COUNT_IF(visits_before > 0) AS persons_before, SUM(visits) AS visits, SUM(visits_before) AS visits_before
  FROM person
  GROUP BY fixmedins_code, med_kind
),
bound AS (
  -- the interval of a ratio of sums over persons, linearised: what a bootstrap over persons comes to
  SELECT p.fixmedins_code, p.med_kind, MAX(h.ratio) - $z * SQRT(SUM(POWER(p.fen - h.ratio * p.due, 2))) / MAX(h.due) AS low
  FROM person p
  JOIN house h ON h.fixmedins_code = p.fixmedins_code AND h.med_kind = p.med_kind
  GROUP BY p.fixmedins_code, p.med_kind
)
SELECT 'institution' AS subject_type,
       h.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(setl_id := b.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       h.med_kind AS med_type,
       CASE WHEN MAX(x.low) > 1 + $line_3 THEN 3 WHEN MAX(x.low) > 1 + $line_2 THEN 2 ELSE 1 END AS level,
       ROUND(MAX(h.ratio) - 1, 4) AS growth,
       ROUND(MAX(x.low) - 1, 4) AS growth_at_least,
       ROUND(CAST(MAX(h.persons) AS DOUBLE) / CAST(MAX(h.persons_before) AS DOUBLE) - 1, 4) AS growth_of_persons,
       ROUND(CAST(MAX(h.visits) AS DOUBLE) / CAST(MAX(h.persons) AS DOUBLE)
             / (CAST(MAX(h.visits_before) AS DOUBLE) / CAST(MAX(h.persons_before) AS DOUBLE)) - 1, 4) AS growth_of_visits_per_person,
       ROUND(MAX(h.fen) / CAST(MAX(h.visits) AS DOUBLE) / (MAX(h.due) / CAST(MAX(h.visits_before) AS DOUBLE)) - 1, 4) AS growth_of_cost_per_visit
FROM house h
JOIN bound x ON x.fixmedins_code = h.fixmedins_code AND x.med_kind = h.med_kind
JOIN bill b ON b.fixmedins_code = h.fixmedins_code AND b.med_kind = h.med_kind AND b.is_now
WHERE x.low > 1 + $line_1 AND h.fen >= $min_fen
GROUP BY h.fixmedins_code, h.med_kind
ORDER BY h.fixmedins_code, h.med_kind
