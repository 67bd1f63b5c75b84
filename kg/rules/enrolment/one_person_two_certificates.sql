-- One row: a person insured under two certificates who drew on each while the other was insured too; the settlements of the thinner life.
WITH same AS (
  SELECT a.psn_no AS one, b.psn_no AS other
  FROM psn_b a
  JOIN psn_b b ON b.psn_no <> a.psn_no AND b.psn_name_h = a.psn_name_h AND b.brdy = a.brdy AND b.gend = a.gend AND b.certno_h <> a.certno_h
  LEFT JOIN own_face f ON f.psn_no = a.psn_no
  LEFT JOIN own_face g ON g.psn_no = b.psn_no
  -- beside name, birth and sex, what only one person has
  WHERE a.bank_acct_h = b.bank_acct_h OR a.tel_h = b.tel_h OR (f.template_id = g.template_id AND f.steady >= $feed)
),
drawn AS (
  -- what a number drew while the other was insured too: a number that replaces another begins when that one ends
  SELECT DISTINCT s.one, s.other, n.setl_id, CAST(n.setl_time AS DATE) AS day, n.paid_fen
  FROM same s
  JOIN net_settlement n ON n.psn_no = s.one AND n.setl_time IS NOT NULL AND n.paid_fen > 0
  JOIN psn_insu_d i ON i.psn_no = s.other AND CAST(i.begndate AS DATE) <= CAST(n.setl_time AS DATE)
                   AND (i.enddate IS NULL OR CAST(i.enddate AS DATE) >= CAST(n.setl_time AS DATE))
),
life AS (
  SELECT one, other, COUNT(DISTINCT day) AS days, CAST(SUM(paid_fen) AS BIGINT) AS paid_fen FROM drawn GROUP BY one, other
),
false_life AS (
  -- the life of fewer days is the made one; of two equally thin ones that which cost more
  SELECT a.one, a.other, b.days AS days_of_other
  FROM life a
  JOIN life b ON b.one = a.other AND b.other = a.one
  WHERE a.days < b.days OR (a.days = b.days AND (a.paid_fen > b.paid_fen OR (a.paid_fen = b.paid_fen AND a.one > b.one)))
)
SELECT 'patient' AS subject_type,
       f.one AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := d.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       MIN(f.other) AS other_number,
       COUNT(DISTINCT d.day) AS days_used,
       MAX(f.days_of_other) AS days_other_used
FROM false_life f
JOIN drawn d ON d.one = f.one AND d.other = f.other
GROUP BY f.one
ORDER BY f.one
