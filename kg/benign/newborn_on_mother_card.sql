-- One row a finding: how many of its rows may belong to a child that had no card yet?
WITH visit AS (
  SELECT m.psn_no, m.mdtrt_id, CAST(m.begntime AS DATE) AS began, CAST(coalesce(m.endtime, m.begntime) AS DATE) AS ended,
         coalesce(m.nwb_flag = '1', false) AS newborn,
         m.matn_type IS NOT NULL OR coalesce(starts_with(m.med_type, '52') OR list_contains($births, substr(m.dscg_maindiag_code, 1, 3)), false) AS birth,
         coalesce(m.dscg_maindiag_code, m.nwb_flag, m.matn_type) IS NOT NULL AS told, coalesce(p.gend, m.gend) IS NOT DISTINCT FROM '1' AS man
  FROM mdtrt_d AS m LEFT JOIN psn_b AS p ON p.psn_no = m.psn_no
  WHERE m.vali_flag = '1' AND m.psn_no IN (SELECT psn_no FROM hit_row)
), cited AS (
  SELECT DISTINCT finding_id, psn_no, mdtrt_id FROM hit_row
), apart AS (            -- births that a finding itself doubts
  SELECT c.finding_id, c.psn_no FROM cited AS c JOIN visit AS v ON v.mdtrt_id = c.mdtrt_id AND v.birth
  GROUP BY c.finding_id, c.psn_no HAVING date_diff('day', MIN(v.began), MAX(v.began)) > $days
), child AS (
  SELECT h.finding_id, h.n FROM hit_row AS h JOIN visit AS v ON v.mdtrt_id = h.mdtrt_id WHERE v.newborn AND NOT v.man
  UNION
  SELECT h.finding_id, h.n
  FROM hit_row AS h JOIN visit AS v ON v.psn_no = h.psn_no AND v.birth AND NOT v.man AND h.day BETWEEN v.began - $days AND v.ended + $days
  WHERE NOT EXISTS (SELECT 1 FROM apart AS a WHERE a.finding_id = h.finding_id AND a.psn_no = h.psn_no)
), told AS (SELECT psn_no FROM visit GROUP BY psn_no HAVING BOOL_OR(told OR man)), counted AS (
  SELECT h.finding_id, COUNT(*) AS rows, COUNT(t.psn_no) AS known, COUNT(c.n) AS child
  FROM hit_row AS h LEFT JOIN told AS t ON t.psn_no = h.psn_no LEFT JOIN child AS c ON c.finding_id = h.finding_id AND c.n = h.n
  WHERE h.psn_no IS NOT NULL GROUP BY h.finding_id
)
SELECT finding_id, rows, child, CASE WHEN known > 0 THEN child * 2 >= rows END AS explained, false AS closes  -- it may be the child's, no record says so
FROM counted
