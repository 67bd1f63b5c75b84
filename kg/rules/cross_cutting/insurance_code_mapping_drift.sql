-- One row: an institution whose own item codes go back and forth between drugs of different ingredient on the bills.
WITH line AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.medins_list_codg, l.fee_ocur_time, l.inscp_fen,
         CASE substr(l.med_list_codg, 1, 1) WHEN 'Z' THEN substr(l.med_list_codg, 1, 11) ELSE substr(l.med_list_codg, 1, 10) END AS ingredient
  FROM net_line l
  WHERE substr(l.list_type, 1, 2) = '10' AND l.medins_list_codg IS NOT NULL
),
drifting AS (
  SELECT fixmedins_code, medins_list_codg
  FROM line
  GROUP BY fixmedins_code, medins_list_codg
  HAVING COUNT(DISTINCT ingredient) > 1
),
suspect AS (
  SELECT l.*,
         CASE WHEN LAG(l.ingredient) OVER item <> l.ingredient THEN 1 ELSE 0 END AS switched,
         COUNT(*) OVER (PARTITION BY l.fixmedins_code, l.medins_list_codg, l.ingredient) AS as_ingredient
  FROM line l
  SEMI JOIN drifting d ON d.fixmedins_code = l.fixmedins_code AND d.medins_list_codg = l.medins_list_codg
  WINDOW item AS (PARTITION BY l.fixmedins_code, l.medins_list_codg ORDER BY l.fee_ocur_time, l.mdtrt_id, l.bkkp_sn)
),
item AS (
  SELECT fixmedins_code, medins_list_codg, SUM(switched) AS switches, MAX(as_ingredient) AS dominant
  FROM suspect
  GROUP BY fixmedins_code, medins_list_codg
  HAVING SUM(switched) >= $min_switches
)
SELECT 'institution' AS subject_type,
       s.fixmedins_code AS subject_id,
       -- the item's usual drug is taken as true; every other is evidence
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := s.mdtrt_id, bkkp_sn := s.bkkp_sn, fen := s.inscp_fen))) AS fee_list_d_rows,
       COUNT(DISTINCT s.medins_list_codg) AS items,
       CAST(MAX(i.switches) AS BIGINT) AS most_switches
FROM suspect s
JOIN item i ON i.fixmedins_code = s.fixmedins_code AND i.medins_list_codg = s.medins_list_codg
WHERE s.as_ingredient < i.dominant
GROUP BY s.fixmedins_code
HAVING SUM(s.inscp_fen) >= $min_amount
ORDER BY s.fixmedins_code
