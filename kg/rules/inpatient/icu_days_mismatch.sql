-- One row: a stay billed for a bed in intensive care on days on which the patient lay on no such ward, where transfers are recorded.
WITH line AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.day, l.inscp_fen
  FROM stay_line l
  JOIN stay s ON s.mdtrt_id = l.mdtrt_id AND s.ends_at IS NOT NULL
  -- the bed of a monitored ward
  WHERE substr(l.med_list_codg, 1, 11) = '00110900003' AND l.day IS NOT NULL
),
inside AS (
  -- a started day counts; without an end the patient stayed until discharge
  SELECT l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.day, l.inscp_fen,
         BOOL_OR(COALESCE(l.day >= CAST(i.in_time AS DATE) AND l.day <= CAST(COALESCE(i.out_time, s.ends_at) AS DATE), FALSE)) AS there,
         COUNT(i.mdtrt_id) AS moves
  FROM line l
  JOIN stay s ON s.mdtrt_id = l.mdtrt_id
  LEFT JOIN icu_stay i ON i.mdtrt_id = l.mdtrt_id
  GROUP BY l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.day, l.inscp_fen
),
feed AS (
  SELECT fixmedins_code
  FROM (SELECT DISTINCT fixmedins_code, mdtrt_id, moves > 0 AS recorded FROM inside) AS stays
  GROUP BY fixmedins_code
  HAVING COUNT(*) >= $min_stays AND COUNT_IF(recorded) >= COUNT(*) * $feed
),
ward AS (
  -- the patient lay somewhere: the usual bed of the house would have been paid
  SELECT fixmedins_code, CAST(FLOOR(MEDIAN(CAST(inscp_fen AS DOUBLE) / CAST(cnt AS DOUBLE))) AS BIGINT) AS bed_fen
  FROM stay_line
  WHERE charge = '01' AND substr(med_list_codg, 1, 11) = '00110900001'
  GROUP BY fixmedins_code
),
posted AS (
  -- all days on one line or one day: the day of posting is no day of care
  SELECT mdtrt_id FROM inside GROUP BY mdtrt_id HAVING COUNT(*) = COUNT(DISTINCT day)
)
SELECT 'encounter' AS subject_type,
       i.mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := i.mdtrt_id, bkkp_sn := i.bkkp_sn,
                                       fen := GREATEST(i.inscp_fen - COALESCE(w.bed_fen, 0), 0)))) AS fee_list_d_rows,
       COUNT(DISTINCT i.day) AS days_outside,
       MAX(i.moves) AS intensive_stays
FROM inside i
SEMI JOIN feed f ON f.fixmedins_code = i.fixmedins_code
SEMI JOIN posted p ON p.mdtrt_id = i.mdtrt_id
LEFT JOIN ward w ON w.fixmedins_code = i.fixmedins_code
WHERE NOT i.there
GROUP BY i.mdtrt_id
HAVING COUNT(DISTINCT i.day) >= $min_days
ORDER BY i.mdtrt_id
