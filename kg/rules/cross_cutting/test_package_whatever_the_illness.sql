-- One row: an institution that gives several tests at once to its patients whatever they have, tests of which others give few.
WITH visit AS (
  SELECT m.mdtrt_id, m.fixmedins_code, s.mdtrt_id IS NOT NULL AS ward, substr(m.dscg_maindiag_code, 1, 1) AS chapter
  FROM mdtrt_d m
  LEFT JOIN stay s ON s.mdtrt_id = m.mdtrt_id
  WHERE m.vali_flag = '1' AND m.dscg_maindiag_code IS NOT NULL
    AND (s.mdtrt_id IS NOT NULL OR substr(m.med_type, 1, 2) IN ('11', '13', '14', '16', '19'))
),
tested AS (
  SELECT DISTINCT v.mdtrt_id, v.fixmedins_code, v.ward, v.chapter, t.med_list_codg
  FROM test_done t
  JOIN visit v ON v.mdtrt_id = t.mdtrt_id
),
patients AS (
  SELECT fixmedins_code, ward, chapter, COUNT(*) AS visits FROM visit GROUP BY fixmedins_code, ward, chapter HAVING COUNT(*) >= $min_visits
),
given AS (
  SELECT fixmedins_code, ward, chapter, med_list_codg, COUNT(*) AS visits FROM tested GROUP BY fixmedins_code, ward, chapter, med_list_codg
),
rate AS (
  SELECT p.fixmedins_code, p.ward, p.chapter, i.med_list_codg, CAST(COALESCE(g.visits, 0) AS DOUBLE) / CAST(p.visits AS DOUBLE) AS rate
  FROM patients p
  CROSS JOIN (SELECT DISTINCT med_list_codg FROM given) i
  LEFT JOIN given g ON g.fixmedins_code = p.fixmedins_code AND g.ward = p.ward AND g.chapter = p.chapter AND g.med_list_codg = i.med_list_codg
),
usual AS (
  SELECT ward, chapter, med_list_codg, MEDIAN(rate) AS rate FROM rate GROUP BY ward, chapter, med_list_codg HAVING COUNT(*) >= $min_peers
),
blind AS (
  SELECT r.fixmedins_code, r.ward, r.med_list_codg, MIN(r.rate) AS least_rate, MAX(u.rate) AS most_usual, MEDIAN(u.rate) AS usual_rate
  FROM rate r
  JOIN usual u ON u.ward = r.ward AND u.chapter = r.chapter AND u.med_list_codg = r.med_list_codg
  WHERE r.rate >= $share AND r.rate >= u.rate * $times
  GROUP BY r.fixmedins_code, r.ward, r.med_list_codg
  HAVING COUNT(*) >= $min_chapters
),
package AS (
  SELECT t.fixmedins_code, t.ward, t.mdtrt_id
  FROM tested t
  JOIN blind b ON b.fixmedins_code = t.fixmedins_code AND b.ward = t.ward AND b.med_list_codg = t.med_list_codg
  GROUP BY t.fixmedins_code, t.ward, t.mdtrt_id
  HAVING COUNT(*) >= $min_items
),
habit AS (
  SELECT fixmedins_code, ward, COUNT(*) AS visits FROM package GROUP BY fixmedins_code, ward HAVING COUNT(*) >= $min_visits
)
SELECT 'institution' AS subject_type,
       h.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := CAST(0 AS BIGINT)))) AS fee_list_d_rows,
       -- what the usual house would not have ordered
       SUM(CAST(l.inscp_fen AS DOUBLE) * (1 - b.usual_rate)) AS estimate_fen,
       CASE WHEN h.ward THEN 'stays' ELSE 'outpatients' END AS of_whom,
       MAX(h.visits) AS visits,
       COUNT(DISTINCT l.med_list_codg) AS tests,
       ROUND(MIN(b.least_rate), 3) AS least_rate,
       ROUND(MAX(b.most_usual), 3) AS most_usual_rate
FROM habit h
JOIN package p ON p.fixmedins_code = h.fixmedins_code AND p.ward = h.ward
JOIN blind b ON b.fixmedins_code = p.fixmedins_code AND b.ward = p.ward
JOIN net_line l ON l.mdtrt_id = p.mdtrt_id AND l.med_list_codg = b.med_list_codg
GROUP BY h.fixmedins_code, h.ward
ORDER BY h.fixmedins_code, h.ward
