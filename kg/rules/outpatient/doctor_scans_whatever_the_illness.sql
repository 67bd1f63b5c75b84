-- One row: a doctor who sends outpatients to dear examinations whatever they have, far oftener than other doctors do.
WITH visit AS (
  SELECT c.mdtrt_id, c.fixmedins_code, c.doctor, substr(m.dscg_maindiag_code, 1, 1) AS chapter
  FROM consultation c
  JOIN mdtrt_d m ON m.mdtrt_id = c.mdtrt_id AND m.dscg_maindiag_code IS NOT NULL
),
dear AS (
  SELECT t.mdtrt_id, l.bkkp_sn, l.bilg_dr_code AS doctor, l.inscp_fen
  FROM test_done t
  JOIN net_line l ON l.mdtrt_id = t.mdtrt_id AND l.med_list_codg = t.med_list_codg AND CAST(l.fee_ocur_time AS DATE) = t.day
  WHERE t.kind = 'exam' AND l.fee_fen >= l.cnt * $dear
),
sent AS (
  SELECT v.*, COUNT(d.bkkp_sn) > 0 AS scanned
  FROM visit v
  LEFT JOIN dear d ON d.mdtrt_id = v.mdtrt_id AND d.doctor = v.doctor
  GROUP BY v.mdtrt_id, v.fixmedins_code, v.doctor, v.chapter
),
rate AS (
  SELECT doctor, chapter, COUNT(*) AS visits, COUNT_IF(scanned) AS scans, CAST(COUNT_IF(scanned) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS rate
  FROM sent
  GROUP BY doctor, chapter
),
usual AS (
  SELECT chapter, CAST(SUM(scans) AS DOUBLE) / CAST(SUM(visits) AS DOUBLE) AS rate FROM rate GROUP BY chapter HAVING COUNT(*) >= $min_peers
),
colleagues AS (
  -- what all doctors of a house do is the house's habit, not his
  SELECT o.doctor, CAST(COUNT_IF(c.scanned) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS rate
  FROM (SELECT DISTINCT doctor, fixmedins_code FROM sent) o
  JOIN sent c ON c.fixmedins_code = o.fixmedins_code AND c.doctor <> o.doctor
  GROUP BY o.doctor
),
blind AS (
  SELECT r.doctor, CAST(SUM(r.scans) AS BIGINT) AS scans, CAST(SUM(r.visits) AS BIGINT) AS visits, COUNT_IF(r.scans >= $min_scans AND r.rate >= $share) AS chapters,
         SUM(u.rate * r.visits) AS expected
  FROM rate r
  JOIN usual u ON u.chapter = r.chapter
  LEFT JOIN colleagues c ON c.doctor = r.doctor
  GROUP BY r.doctor
  HAVING COUNT_IF(r.scans >= $min_scans AND r.rate >= $share AND r.rate >= u.rate * $times) >= $min_chapters
     AND SUM(r.scans) >= SUM(r.visits) * $share AND SUM(r.scans) >= SUM(u.rate * r.visits) * $times
     AND SUM(r.scans) >= SUM(r.visits) * COALESCE(MAX(c.rate), 0) * $times
)
SELECT 'doctor' AS subject_type,
       b.doctor AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := d.mdtrt_id, bkkp_sn := d.bkkp_sn, fen := CAST(0 AS BIGINT)))) AS fee_list_d_rows,
       -- what the usual doctor would not have ordered
       SUM(CAST(d.inscp_fen AS DOUBLE) * (1 - b.expected / CAST(b.scans AS DOUBLE))) AS estimate_fen,
       MAX(b.visits) AS visits,
       MAX(b.scans) AS scanned,
       ROUND(MAX(b.expected), 1) AS usually_scanned,
       MAX(b.chapters) AS chapters
FROM blind b
JOIN visit v ON v.doctor = b.doctor
JOIN dear d ON d.mdtrt_id = v.mdtrt_id AND d.doctor = b.doctor
GROUP BY b.doctor
ORDER BY b.doctor
