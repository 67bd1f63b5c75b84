-- One row: a doctor in whose name new outpatient visits were billed on several whole days of leave that his own house had entered.
WITH off AS (
  SELECT DISTINCT d.stff_code, CAST(x.day AS DATE) AS day
  FROM duty d
  -- on the days of going and of coming back he may have worked
  CROSS JOIN UNNEST(generate_series(CAST(d.begntime AS DATE) + 1, CAST(d.endtime AS DATE) - 1, INTERVAL 1 DAY)) AS x(day)
  WHERE d.kind IN ('leave', 'travel') AND d.begntime IS NOT NULL AND d.endtime IS NOT NULL
),
worked AS (
  -- a shift entered for the same day: the leave was put off
  SELECT stff_code, CAST(begntime AS DATE) AS day FROM duty WHERE kind = 'duty' AND begntime IS NOT NULL
  UNION
  -- who writes orders in the ward or operates has come in
  SELECT dr_code AS stff_code, CAST(begntime AS DATE) AS day FROM drord_d WHERE dr_code IS NOT NULL AND begntime IS NOT NULL
  UNION
  SELECT oper_dr_code AS stff_code, day FROM operation WHERE oper_dr_code IS NOT NULL AND day IS NOT NULL
),
seen AS (
  SELECT o.stff_code, o.day, m.mdtrt_id, l.bkkp_sn, l.inscp_fen
  FROM off o
  ANTI JOIN worked w ON w.stff_code = o.stff_code AND w.day = o.day
  JOIN net_line l ON l.bilg_dr_code = o.stff_code AND CAST(l.fee_ocur_time AS DATE) = o.day
  JOIN mdtrt_d m ON m.mdtrt_id = l.mdtrt_id AND m.vali_flag = '1' AND CAST(m.begntime AS DATE) = o.day
   AND substr(m.med_type, 1, 2) IN ('11', '13', '14', '16', '19')
)
SELECT 'doctor' AS subject_type,
       stff_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS fee_list_d_rows,
       COUNT(DISTINCT day) AS days,
       COUNT(DISTINCT mdtrt_id) AS visits
FROM seen
GROUP BY stff_code
HAVING COUNT(DISTINCT day) >= $min_days AND COUNT(DISTINCT mdtrt_id) >= $min_visits
ORDER BY stff_code
