-- One row: a card with two blood groups, and the visits whose group is not the holder's.
WITH result AS (
  SELECT t.mdtrt_id,
         CASE WHEN t.value LIKE '%AB%' THEN 'AB' WHEN t.value LIKE '%A%' THEN 'A' WHEN t.value LIKE '%B%' THEN 'B' WHEN t.value LIKE '%O%' THEN 'O' END AS abo
  FROM test_rpot t
  WHERE (t.item_name LIKE '%血型%' OR t.item_name LIKE '%ABO%') AND lower(t.item_name) NOT LIKE '%rh%'
),
typed AS (
  SELECT mdtrt_id, MIN(abo) AS abo FROM result WHERE abo IS NOT NULL GROUP BY mdtrt_id HAVING COUNT(DISTINCT abo) = 1
),
visit AS (
  SELECT m.psn_no, m.mdtrt_id, m.begntime, t.abo, CASE WHEN f.mdtrt_id IS NULL THEN 0 ELSE 1 END AS with_face
  FROM typed t
  JOIN mdtrt_d m ON m.mdtrt_id = t.mdtrt_id AND m.vali_flag = '1' AND COALESCE(m.nwb_flag, '0') <> '1' AND m.age >= $min_age
  LEFT JOIN (SELECT DISTINCT mdtrt_id FROM face_check WHERE result = 'pass') f ON f.mdtrt_id = m.mdtrt_id
  ANTI JOIN (SELECT o.psn_no FROM mdtrt_d o JOIN visit_diagnosis d ON d.mdtrt_id = o.mdtrt_id WHERE d.diag_code LIKE 'Z94.8%' OR d.diag_code LIKE 'T86.0%') g
    ON g.psn_no = m.psn_no
),
-- the holder's group is that of most visits, then of those that a camera saw, then the first
ranked AS (
  SELECT psn_no, abo, COUNT(*) AS visits,
         ROW_NUMBER() OVER (PARTITION BY psn_no ORDER BY COUNT(*) DESC, SUM(with_face) DESC, MIN(begntime), abo) AS nth
  FROM visit
  GROUP BY psn_no, abo
)
SELECT 'patient' AS subject_type,
       v.psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := v.mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       MIN(o.abo) AS holders_group,
       MIN(v.abo) AS other_group,
       MAX(o.visits) AS visits_of_the_holder
FROM visit v
JOIN ranked o ON o.psn_no = v.psn_no AND o.nth = 1 AND o.abo <> v.abo
GROUP BY v.psn_no
ORDER BY v.psn_no
