-- One row: a doctor whose visits at two institutions follow each other sooner than he can travel, on several days; the visits of the lesser place.
WITH visit AS (
  SELECT c.doctor, c.mdtrt_id, c.fixmedins_code, c.at_time, c.day, i.lat, i.lnt, COUNT(*) OVER (PARTITION BY c.doctor, c.fixmedins_code, c.day) AS held_here
  FROM consultation c
  JOIN institution i ON i.fixmedins_code = c.fixmedins_code
  JOIN mdtrt_d m ON m.mdtrt_id = c.mdtrt_id
  WHERE c.at_time <> CAST(c.day AS TIMESTAMP) AND COALESCE(m.fixmedins_name, '') NOT LIKE '%互联网%'
),
step AS (
  SELECT *, LEAD(mdtrt_id) OVER track AS next_visit, LEAD(fixmedins_code) OVER track AS next_place, LEAD(held_here) OVER track AS next_held,
         LEAD(lat) OVER track AS next_lat, LEAD(lnt) OVER track AS next_lnt,
         (CAST(FLOOR(epoch(LEAD(at_time) OVER track)) AS BIGINT) - CAST(FLOOR(epoch(at_time)) AS BIGINT)) // 60 AS minutes
  FROM visit
  WINDOW track AS (PARTITION BY doctor, day ORDER BY at_time, mdtrt_id)
),
far AS (
  SELECT *, LEAST(fixmedins_code, next_place) AS one_place, GREATEST(fixmedins_code, next_place) AS other_place,
         -- a degree of latitude is 111.32 km, one of longitude shrinks with the cosine of the latitude
         SQRT(POWER((lat - next_lat) * 111.32, 2) + POWER((lnt - next_lnt) * 111.32 * COS(lat * 0.017453292519943295), 2)) AS km
  FROM step
  WHERE next_place <> fixmedins_code
),
clash AS (
  SELECT * FROM far WHERE km >= $min_km AND minutes < km * $detour / $km_per_hour * 60
),
sound AS (
  SELECT c.*, CASE WHEN c.held_here < c.next_held THEN c.mdtrt_id ELSE c.next_visit END AS doubtful
  FROM clash c
  ANTI JOIN (SELECT one_place, other_place FROM clash GROUP BY one_place, other_place HAVING COUNT(DISTINCT doctor) >= $clock_doctors) p
    ON p.one_place = c.one_place AND p.other_place = c.other_place
),
habit AS (
  SELECT DISTINCT a.doctor
  FROM sound a
  JOIN sound b ON b.doctor = a.doctor AND b.day >= a.day AND date_diff('day', CAST(a.day AS DATE), CAST(b.day AS DATE)) < $season_days
  GROUP BY a.doctor, a.mdtrt_id
  HAVING COUNT(DISTINCT b.day) >= $min_days
),
line AS (
  SELECT DISTINCT s.doctor, l.mdtrt_id, l.bkkp_sn, l.inscp_fen
  FROM sound s
  JOIN net_line l ON l.mdtrt_id = s.doubtful AND l.bilg_dr_code = s.doctor
),
bill AS (
  SELECT doctor, LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS rows_of FROM line GROUP BY doctor
)
SELECT 'doctor' AS subject_type,
       s.doctor AS subject_id,
       b.rows_of AS fee_list_d_rows,
       COUNT(DISTINCT s.day) AS days,
       MAX(s.km) AS most_km,
       MIN(s.minutes) AS least_minutes
FROM sound s
SEMI JOIN habit h ON h.doctor = s.doctor
JOIN bill b ON b.doctor = s.doctor
GROUP BY s.doctor, b.rows_of
ORDER BY s.doctor
