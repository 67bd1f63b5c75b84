-- One row: a stay recorded in a bed in which another patient lay for several nights; the less credible stay of the two.
WITH bed AS (
  SELECT mdtrt_id, psn_no, fixmedins_code, begntime, ends_at, with_newborn,
         COALESCE(adm_dept_codg, '') || '|' || COALESCE(wardarea_bed, '') || '|' || adm_bed AS bed
  FROM stay
  WHERE regexp_matches(adm_bed, '[0-9]')                 -- a number: blanks and a bare "extra bed" name no bed
    AND adm_bed NOT IN ('0', '00', '000', '999')
    AND COALESCE(dscg_bed, adm_bed) = adm_bed            -- moved during the stay: nobody knows when
    AND ends_at IS NOT NULL
),
pair AS (
  SELECT a.fixmedins_code, a.mdtrt_id AS first_id, b.mdtrt_id AS second_id,
         date_diff('day', CAST(b.begntime AS DATE), CAST(LEAST(a.ends_at, b.ends_at) AS DATE)) AS nights
  FROM bed a
  JOIN bed b ON b.fixmedins_code = a.fixmedins_code AND b.bed = a.bed AND b.psn_no <> a.psn_no
            AND b.begntime >= a.begntime AND b.begntime < a.ends_at
            AND (b.begntime > a.begntime OR b.mdtrt_id > a.mdtrt_id)
  WHERE NOT a.with_newborn AND NOT b.with_newborn
),
weighed AS (
  SELECT p.fixmedins_code, p.nights,
         CASE WHEN y.days_present < x.days_present THEN p.second_id
              WHEN y.days_present > x.days_present THEN p.first_id
              WHEN y.days_treated > x.days_treated THEN p.first_id
              ELSE p.second_id END AS doubtful
  FROM pair p
  JOIN stay_presence x ON x.mdtrt_id = p.first_id
  JOIN stay_presence y ON y.mdtrt_id = p.second_id
  WHERE p.nights >= $min_days
),
rate AS (
  SELECT h.fixmedins_code, h.stays, COALESCE(w.doubles, 0) AS doubles,
         CAST(COALESCE(w.doubles, 0) AS DOUBLE) / CAST(h.stays AS DOUBLE) AS rate
  FROM (SELECT fixmedins_code, COUNT(*) AS stays FROM bed GROUP BY fixmedins_code) h
  LEFT JOIN (SELECT fixmedins_code, COUNT(DISTINCT doubtful) AS doubles FROM weighed GROUP BY fixmedins_code) w
         ON w.fixmedins_code = h.fixmedins_code
),
habit AS (
  -- a hospital whose whole register is muddled has no bed register; one that errs like the others errs
  SELECT r.fixmedins_code
  FROM rate r
  CROSS JOIN (SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate) u
  WHERE r.doubles >= $min_stays + r.stays * u.usual_rate * $times + $z * SQRT(r.stays * u.usual_rate * $times)
    AND r.rate <= $muddle_share
)
SELECT 'encounter' AS subject_type,
       w.doubtful AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := w.doubtful, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       MAX(w.nights) AS nights_together
FROM weighed w
SEMI JOIN habit h ON h.fixmedins_code = w.fixmedins_code
GROUP BY w.doubtful
ORDER BY w.doubtful
