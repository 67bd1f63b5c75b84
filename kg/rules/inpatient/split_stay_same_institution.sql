-- One row: a stay that goes on where another in the same hospital broke off: same illness, back within weeks, to the same bed or the same drugs.
WITH drug AS (
  SELECT DISTINCT mdtrt_id, CASE substr(med_list_codg, 1, 1) WHEN 'Z' THEN substr(med_list_codg, 1, 11) ELSE substr(med_list_codg, 1, 10) END AS ingredient
  FROM stay_line
  WHERE charge IN ('09', '11')
),
follow AS (
  SELECT s.*,
         LAG(s.mdtrt_id) OVER visits AS earlier,
         LAG(s.disease) OVER visits AS earlier_disease,
         COALESCE(LAG(s.dscg_way) OVER visits, '1') AS earlier_way,
         LAG(COALESCE(s.dscg_bed, s.adm_bed)) OVER visits AS earlier_bed,
         CAST(FLOOR(epoch(s.begntime)) AS BIGINT) - CAST(FLOOR(epoch(LAG(s.ends_at) OVER visits)) AS BIGINT) AS gap
  FROM stay s
  WHERE NOT s.with_newborn
  WINDOW visits AS (PARTITION BY s.identity, s.fixmedins_code ORDER BY s.begntime, s.mdtrt_id)
),
readmitted AS (
  SELECT f.mdtrt_id, f.fixmedins_code, f.earlier, f.gap, COALESCE(f.adm_bed = f.earlier_bed, FALSE) AS same_bed
  FROM follow f
  -- the later stay is for an operation, or the earlier one announced it
  ANTI JOIN operation o ON o.mdtrt_id = f.mdtrt_id
  ANTI JOIN (SELECT mdtrt_id FROM setl_list_4101 WHERE days_rinp_pup_31 IS NOT NULL AND days_rinp_pup_31 NOT IN ('', '-', '无')) p ON p.mdtrt_id = f.earlier
  WHERE f.gap >= 0 AND f.gap <= $window_days * 86400
    AND f.disease = f.earlier_disease AND f.disease NOT IN ('Z51', 'Z49', 'N18')   -- treated in cycles
    AND f.earlier_way NOT IN ('2', '4', '5') AND substr(f.med_type, 1, 2) NOT IN ('24', '28')
),
same_drugs AS (
  SELECT r.mdtrt_id, COUNT(*) AS drugs, COUNT(e.ingredient) AS shared
  FROM readmitted r
  JOIN drug d ON d.mdtrt_id = r.mdtrt_id
  LEFT JOIN drug e ON e.mdtrt_id = r.earlier AND e.ingredient = d.ingredient
  GROUP BY r.mdtrt_id
),
split AS (
  SELECT r.*, COALESCE(d.drugs, 0) AS drugs, COALESCE(d.shared, 0) AS shared_drugs
  FROM readmitted r
  LEFT JOIN same_drugs d ON d.mdtrt_id = r.mdtrt_id
  WHERE CASE WHEN r.gap <= $strong_days * 86400 THEN 1 ELSE 0 END + CASE WHEN r.same_bed THEN 1 ELSE 0 END
        + CASE WHEN COALESCE(d.drugs, 0) >= 2 AND d.shared >= d.drugs * $drug_share THEN 1 ELSE 0 END >= 2
),
rate AS (
  SELECT h.fixmedins_code, h.stays, COALESCE(x.splits, 0) AS splits, CAST(COALESCE(x.splits, 0) AS DOUBLE) / CAST(h.stays AS DOUBLE) AS rate
  FROM (SELECT fixmedins_code, COUNT(*) AS stays FROM stay GROUP BY fixmedins_code) h
  LEFT JOIN (SELECT fixmedins_code, COUNT(*) AS splits FROM split GROUP BY fixmedins_code) x ON x.fixmedins_code = h.fixmedins_code
),
habit AS (
  -- relapses happen everywhere; a hospital that only has its share of them is left alone
  SELECT r.fixmedins_code
  FROM rate r
  CROSS JOIN (SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate) u
  WHERE r.splits >= $min_splits + r.stays * u.usual_rate * $times + $z * SQRT(r.stays * u.usual_rate * $times)
)
SELECT 'encounter' AS subject_type,
       s.mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := v.mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       MIN(s.earlier) AS earlier_stay,
       MAX(s.gap) // 3600 AS gap_hours,
       BOOL_OR(s.same_bed) AS same_bed,
       MAX(s.shared_drugs) AS shared_drugs,
       MAX(s.drugs) AS drugs
FROM split s
SEMI JOIN habit h ON h.fixmedins_code = s.fixmedins_code
JOIN stay_line l ON l.mdtrt_id = s.mdtrt_id
JOIN stay v ON v.mdtrt_id IN (s.mdtrt_id, s.earlier)
GROUP BY s.mdtrt_id
ORDER BY s.mdtrt_id
