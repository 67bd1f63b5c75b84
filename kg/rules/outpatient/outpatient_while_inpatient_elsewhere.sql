-- One row: an institution that billed outpatient visits for many persons who then lay in other hospitals, far oftener than the usual one.
WITH contact AS (
  SELECT fixmedins_code, COUNT(*) AS visits
  FROM mdtrt_d
  WHERE vali_flag = '1' AND substr(med_type, 1, 2) IN ('11', '13', '14', '16', '19')
  GROUP BY fixmedins_code
),
lying AS (
  -- the hospital of the bed must not be the only witness: whoever passed a camera here was here
  SELECT DISTINCT o.other_visit AS mdtrt_id, o.place AS fixmedins_code, o.fixmedins_code AS bed_at, m.psn_no
  FROM outside_event o
  JOIN mdtrt_d m ON m.mdtrt_id = o.other_visit AND m.vali_flag = '1' AND substr(m.med_type, 1, 2) IN ('11', '13', '14', '16', '19')
   AND m.begntime > o.begntime AND m.begntime < o.ends_at
  -- on the days of coming and going he may have been at both
  WHERE o.day > CAST(o.begntime AS DATE) AND o.day < CAST(o.ends_at AS DATE) AND NOT o.with_face
),
seen AS (
  SELECT DISTINCT other_visit AS mdtrt_id FROM outside_event WHERE with_face AND other_visit IS NOT NULL
),
doubtful AS (
  SELECT l.* FROM lying l ANTI JOIN seen s ON s.mdtrt_id = l.mdtrt_id
),
house AS (
  SELECT c.fixmedins_code, c.visits, COUNT(DISTINCT d.mdtrt_id) AS lying, COUNT(DISTINCT d.psn_no) AS persons, COUNT(DISTINCT d.bed_at) AS hospitals
  FROM contact c
  LEFT JOIN doubtful d ON d.fixmedins_code = c.fixmedins_code
  GROUP BY c.fixmedins_code, c.visits
),
town AS (
  SELECT SUM(visits) AS visits, SUM(lying) AS lying FROM house
),
odd AS (
  -- beyond the share of all the other houses
  SELECT h.fixmedins_code, h.persons, h.hospitals
  FROM house h
  CROSS JOIN town t
  WHERE h.persons >= $min_persons AND h.hospitals >= $min_hospitals AND h.lying * (t.visits - h.visits) >= h.visits * (t.lying - h.lying) * $ratio
)
SELECT 'institution' AS subject_type,
       o.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MAX(o.persons) AS persons,
       MAX(o.hospitals) AS hospitals
FROM odd o
JOIN doubtful d ON d.fixmedins_code = o.fixmedins_code
JOIN net_line l ON l.mdtrt_id = d.mdtrt_id
GROUP BY o.fixmedins_code
ORDER BY o.fixmedins_code
