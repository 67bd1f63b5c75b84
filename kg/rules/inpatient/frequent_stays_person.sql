-- One row: a person who goes from bed to bed within a year, among the rarest of all patients, mostly without anything that needs a bed, with the
-- stays in houses that several such persons keep coming to: of a house that one of them passed through, nothing is said.
WITH visit AS (
  -- illnesses that bring honest people back again and again: tumours, kidneys, the mind, strokes
  SELECT mdtrt_id, psn_no, identity, fixmedins_code, CAST(begntime AS DATE) AS day, stay_days, NOT operated AND NOT urgent AND NOT infused AS light
  FROM stay_bill
  WHERE begntime IS NOT NULL AND disease IS NOT NULL AND NOT regexp_matches(disease, '^(C|D[0-4]|F|I6|N18|Z49|Z51)')
),
year AS (
  -- each stay opens a year; the fullest is the person's
  SELECT a.identity, a.mdtrt_id AS opened_by, a.day AS opened_on, MIN(b.psn_no) AS psn_no, COUNT(*) AS stays, COUNT(DISTINCT b.fixmedins_code) AS houses,
         SUM(b.stay_days) AS days, COUNT_IF(b.light) AS light
  FROM visit a
  JOIN visit b ON b.identity = a.identity AND b.day >= a.day AND date_diff('day', CAST(a.day AS DATE), CAST(b.day AS DATE)) < 365
  GROUP BY a.identity, a.mdtrt_id, a.day
  QUALIFY ROW_NUMBER() OVER (PARTITION BY a.identity ORDER BY COUNT(*) DESC, a.day, a.mdtrt_id) = 1
),
rank AS (
  SELECT stays, SUM(COUNT(*)) OVER (ORDER BY stays DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS as_many, SUM(COUNT(*)) OVER () AS patients
  FROM year
  GROUP BY stays
),
frequent AS (
  SELECT y.*, CAST(r.as_many AS DOUBLE) / CAST(r.patients AS DOUBLE) AS rarity
  FROM year y
  JOIN rank r ON r.stays = y.stays
  WHERE y.stays >= $min_stays AND (y.houses >= $min_inst OR y.days >= $min_days) AND y.light >= y.stays * $light_share
    AND r.as_many <= r.patients * $rarest
),
lain AS (
  SELECT f.*, v.mdtrt_id, v.fixmedins_code
  FROM frequent f
  JOIN visit v ON v.identity = f.identity AND v.day >= f.opened_on AND date_diff('day', CAST(f.opened_on AS DATE), CAST(v.day AS DATE)) < 365
),
meeting AS (
  SELECT fixmedins_code FROM lain GROUP BY fixmedins_code HAVING COUNT(DISTINCT identity) >= $min_met
)
SELECT 'patient' AS subject_type,
       l.psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := l.mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       MAX(l.stays) AS stays,
       MAX(l.houses) AS hospitals,
       CAST(MAX(l.days) AS BIGINT) AS days_in_bed,
       MAX(l.light) AS without_need,
       ROUND(MAX(l.rarity), 5) AS share_with_as_many
FROM lain l
SEMI JOIN meeting m ON m.fixmedins_code = l.fixmedins_code
GROUP BY l.psn_no
ORDER BY l.psn_no
