-- One row: a stay in a hospital of one of its own staff, who was on duty on the days of the stay.
WITH worker AS (
  SELECT m.stff_code, m.fixmedins_code, p.psn_no
  FROM medstff_b m
  JOIN psn_b p ON p.certno_h = m.certno_h
  WHERE m.certno_h IS NOT NULL
),
shift AS (
  SELECT w.psn_no, d.stff_code, CAST(x.day AS DATE) AS day
  FROM duty d
  JOIN worker w ON w.stff_code = d.stff_code AND (d.fixmedins_code IS NULL OR d.fixmedins_code = w.fixmedins_code)
  CROSS JOIN UNNEST(generate_series(CAST(d.begntime AS DATE), CAST(d.endtime AS DATE), INTERVAL 1 DAY)) AS x(day)
  -- a plan for weeks is a roster, not a record of who came
  WHERE d.kind = 'duty' AND date_diff('day', CAST(d.begntime AS DATE), CAST(d.endtime AS DATE)) <= 2
),
worked AS (
  -- full days inside the stay: on the days of admission and discharge one may come from work
  SELECT s.mdtrt_id, h.stff_code, d.day
  FROM stay s
  JOIN stay_day d ON d.mdtrt_id = s.mdtrt_id AND NOT d.present AND NOT d.witnessed AND NOT d.on_leave
  JOIN shift h ON h.psn_no = s.psn_no AND h.day = d.day
  WHERE NOT s.with_newborn
),
hit AS (
  SELECT mdtrt_id, MIN(stff_code) AS stff_code, COUNT(DISTINCT day) AS days
  FROM worked
  GROUP BY mdtrt_id
  HAVING COUNT(DISTINCT day) >= $min_days
)
SELECT 'encounter' AS subject_type,
       mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       MIN(stff_code) AS staff_code,
       MAX(days) AS days_on_duty
FROM hit
GROUP BY mdtrt_id
ORDER BY mdtrt_id
