-- One row: a doctor whose patients get one set of tests on admission whatever they have, of which other hospitals of the level give most to few.
WITH patient AS (
  SELECT s.mdtrt_id, s.fixmedins_code, s.chfpdr_code AS doctor, substr(s.disease, 1, 1) AS chapter, s.begntime
  FROM stay s
  WHERE NOT s.with_newborn AND s.begntime IS NOT NULL
),
early AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.inscp_fen, l.med_list_codg AS item, p.fixmedins_code, p.doctor, p.chapter
  FROM stay_line l
  JOIN patient p ON p.mdtrt_id = l.mdtrt_id
  WHERE l.charge IN ('03', '04') AND date_diff('day', CAST(p.begntime AS DATE), CAST(l.day AS DATE)) < $first_days
),
house AS (
  SELECT fixmedins_code, COUNT(*) AS stays FROM patient GROUP BY fixmedins_code
),
habit AS (
  SELECT e.fixmedins_code, e.item, CAST(COUNT(DISTINCT e.mdtrt_id) AS DOUBLE) / CAST(MAX(h.stays) AS DOUBLE) AS rate
  FROM early e
  JOIN house h ON h.fixmedins_code = e.fixmedins_code
  GROUP BY e.fixmedins_code, e.item
),
round AS (
  SELECT fixmedins_code, doctor, COUNT(*) AS stays
  FROM patient
  WHERE doctor IS NOT NULL
  GROUP BY fixmedins_code, doctor
),
liked AS (
  SELECT e.fixmedins_code, e.doctor, e.item, CAST(COUNT(DISTINCT e.mdtrt_id) AS DOUBLE) / CAST(MAX(r.stays) AS DOUBLE) AS rate
  FROM early e
  JOIN round r ON r.fixmedins_code = e.fixmedins_code AND r.doctor = e.doctor
  GROUP BY e.fixmedins_code, e.doctor, e.item
  HAVING COUNT(DISTINCT e.mdtrt_id) >= MAX(r.stays) * $share
),
package AS (
  -- what other hospitals give to as many is the usual admission set
  SELECT k.fixmedins_code, k.doctor, k.item, MAX(k.rate) AS rate, MEDIAN(COALESCE(h.rate, 0)) AS usual_rate
  FROM liked k
  JOIN hospital_peer p ON p.fixmedins_code = k.fixmedins_code
  LEFT JOIN habit h ON h.fixmedins_code = p.peer AND h.item = k.item
  GROUP BY k.fixmedins_code, k.doctor, k.item
  HAVING COUNT(*) >= $min_peers AND MAX(k.rate) >= MEDIAN(COALESCE(h.rate, 0)) * $times
),
given AS (
  SELECT e.mdtrt_id, MAX(e.fixmedins_code) AS fixmedins_code, MAX(e.doctor) AS doctor, MAX(e.chapter) AS chapter
  FROM early e
  JOIN package k ON k.fixmedins_code = e.fixmedins_code AND k.doctor = e.doctor AND k.item = e.item
  GROUP BY e.mdtrt_id
  HAVING COUNT(DISTINCT e.item) >= $min_items
),
blind AS (
  -- whatever the illness: in each of several chapters nearly everybody gets it
  SELECT c.fixmedins_code, c.doctor, COUNT(*) AS chapters
  FROM (SELECT p.fixmedins_code, p.doctor, p.chapter
        FROM patient p
        LEFT JOIN given g ON g.mdtrt_id = p.mdtrt_id
        WHERE p.chapter IS NOT NULL
        GROUP BY p.fixmedins_code, p.doctor, p.chapter
        HAVING COUNT(*) >= $min_stays AND COUNT(g.mdtrt_id) >= COUNT(*) * $share) c
  GROUP BY c.fixmedins_code, c.doctor
  HAVING COUNT(*) >= $min_chapters
),
reasoned AS (
  SELECT DISTINCT d.mdtrt_id, k.med_list_codg AS item
  FROM kb_exam_reason k
  JOIN visit_diagnosis d ON d.diag_code LIKE k.diag_prefix || '%'
)
SELECT 'doctor' AS subject_type,
       b.doctor AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := e.mdtrt_id, bkkp_sn := e.bkkp_sn, fen := CAST(0 AS BIGINT)))) AS fee_list_d_rows,
       -- what the usual hospital would not have ordered
       SUM(CAST(e.inscp_fen AS DOUBLE) * (1 - k.usual_rate)) AS estimate_fen,
       b.fixmedins_code AS hospital,
       COUNT(DISTINCT e.item) AS tests,
       COUNT(DISTINCT e.mdtrt_id) AS stays,
       MAX(b.chapters) AS chapters,
       ROUND(MIN(k.rate), 3) AS least_rate,
       ROUND(MAX(k.usual_rate), 3) AS most_usual_rate
FROM blind b
JOIN early e ON e.fixmedins_code = b.fixmedins_code AND e.doctor = b.doctor
JOIN package k ON k.fixmedins_code = e.fixmedins_code AND k.doctor = e.doctor AND k.item = e.item
ANTI JOIN reasoned r ON r.mdtrt_id = e.mdtrt_id AND r.item = e.item
GROUP BY b.fixmedins_code, b.doctor
HAVING COUNT(DISTINCT e.item) >= $min_items
ORDER BY b.doctor, b.fixmedins_code
