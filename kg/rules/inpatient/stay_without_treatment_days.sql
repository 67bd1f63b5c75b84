-- One row: a stay of which too many full days hold nothing but bed, care and consultation.
WITH day_of AS (
  SELECT d.mdtrt_id, d.fixmedins_code, d.day, d.billed,
         NOT (d.treated OR d.witnessed OR d.on_leave OR o.mdtrt_id IS NOT NULL) AS blank
  FROM stay_day d
  LEFT JOIN order_day o ON o.mdtrt_id = d.mdtrt_id AND o.day = d.day
),
stay_blank AS (
  SELECT d.mdtrt_id, d.fixmedins_code, COUNT_IF(d.blank AND d.billed) AS blank_days, COUNT(*) AS days,
         CAST(COUNT_IF(d.blank) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS blank_share
  FROM day_of d
  GROUP BY d.mdtrt_id, d.fixmedins_code
),
posting AS (
  -- where the usual stay is blank too, drugs are posted in bulk and days say nothing
  SELECT fixmedins_code, MEDIAN(blank_share) AS usual_blank
  FROM stay_blank
  GROUP BY fixmedins_code
)
SELECT 'encounter' AS subject_type,
       b.mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MAX(b.blank_days) AS blank_days,
       MAX(b.days) AS full_days
FROM stay_blank b
JOIN posting p ON p.fixmedins_code = b.fixmedins_code
JOIN stay s ON s.mdtrt_id = b.mdtrt_id
JOIN day_of d ON d.mdtrt_id = b.mdtrt_id AND d.blank
JOIN stay_line l ON l.mdtrt_id = d.mdtrt_id AND l.day = d.day
WHERE b.blank_days >= $min_days AND b.blank_days >= b.days * $share
  AND p.usual_blank <= $bulk_share
  AND NOT s.with_newborn
  AND NOT regexp_matches(COALESCE(s.adm_dept_name, '') || COALESCE(s.adm_caty, ''), '产|精神|心理|安宁|临终|康宁|A15|A05')
GROUP BY b.mdtrt_id
ORDER BY b.mdtrt_id
