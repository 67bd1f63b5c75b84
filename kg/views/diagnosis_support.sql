-- One row: a finished stay and an illness coded for it, how many kinds of item speak for that illness (signs), and how many of them the bill shows.
-- A sign is an item that the library names or, where it is silent, one that most patients of the illness get in other hospitals and few of the rest.
-- Drugs count by their therapeutic class. Who died, moved on or left had not yet been treated.
-- kept: two rules read it
-- may lack: setl_list_diag_d, kb_dx_group
WITH coded AS (
  SELECT s.mdtrt_id, s.fixmedins_code, substr(v.diag_code, 1, 3) AS illness, BOOL_OR(COALESCE(substr(v.diag_code, 1, 3) = s.disease, FALSE)) AS main
  FROM stay_bill s
  JOIN visit_diagnosis v ON v.mdtrt_id = s.mdtrt_id
  WHERE COALESCE(s.dscg_way, '1') NOT IN ('2', '4', '5')
  GROUP BY s.mdtrt_id, s.fixmedins_code, substr(v.diag_code, 1, 3)
),
had AS (
  SELECT DISTINCT l.mdtrt_id, l.fixmedins_code,
         CASE substr(l.med_list_codg, 1, 1) WHEN 'X' THEN substr(l.med_list_codg, 1, 4) WHEN 'Z' THEN substr(l.med_list_codg, 1, 4)
              WHEN 'C' THEN substr(l.med_list_codg, 1, 10) ELSE substr(l.med_list_codg, 1, 11) END AS kind
  FROM stay_line l
  SEMI JOIN coded c ON c.mdtrt_id = l.mdtrt_id
),
everybody AS (
  SELECT kind, CAST(COUNT(*) AS DOUBLE) / CAST(MAX(t.stays) AS DOUBLE) AS share
  FROM had
  CROSS JOIN (SELECT COUNT(DISTINCT mdtrt_id) AS stays FROM coded) t
  GROUP BY kind
),
patients AS (
  SELECT illness, fixmedins_code, COUNT(*) AS n, SUM(COUNT(*)) OVER (PARTITION BY illness) AS all_n, COUNT(*) OVER (PARTITION BY illness) AS houses
  FROM coded
  GROUP BY illness, fixmedins_code
),
given AS (
  SELECT c.illness, c.fixmedins_code, h.kind, COUNT(*) AS n
  FROM coded c
  JOIN had h ON h.mdtrt_id = c.mdtrt_id
  GROUP BY c.illness, c.fixmedins_code, h.kind
),
learned AS (
  -- the habits of a house never excuse or accuse itself: thirty patients in two others at least
  SELECT p.illness, p.fixmedins_code, a.kind
  FROM patients p
  JOIN (SELECT illness, kind, SUM(n) AS n FROM given GROUP BY illness, kind) a ON a.illness = p.illness
  JOIN everybody e ON e.kind = a.kind
  LEFT JOIN given g ON g.illness = p.illness AND g.fixmedins_code = p.fixmedins_code AND g.kind = a.kind
  WHERE p.houses > 2 AND p.all_n - p.n >= 30
    AND a.n - COALESCE(g.n, 0) >= (p.all_n - p.n) * 0.6 AND a.n - COALESCE(g.n, 0) >= (p.all_n - p.n) * e.share * 3
),
named AS (
  SELECT p.illness, p.fixmedins_code, l.kind
  FROM patients p
  JOIN kb_dx_group k ON k.diag_prefix = p.illness AND k.evidence_items IS NOT NULL
  JOIN (SELECT DISTINCT kind FROM had) l ON ';' || k.evidence_items LIKE '%;' || l.kind || '%'
),
sign AS (
  SELECT * FROM named
  UNION
  SELECT l.* FROM learned l ANTI JOIN named n ON n.illness = l.illness
)
SELECT c.mdtrt_id, c.fixmedins_code, c.illness, c.main, COUNT(*) AS signs, COUNT(h.mdtrt_id) AS shown
FROM coded c
JOIN sign s ON s.illness = c.illness AND s.fixmedins_code = c.fixmedins_code
LEFT JOIN had h ON h.mdtrt_id = c.mdtrt_id AND h.kind = s.kind
GROUP BY c.mdtrt_id, c.fixmedins_code, c.illness, c.main
