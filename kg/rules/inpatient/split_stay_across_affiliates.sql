-- One row: a stay in a hospital that took the patient over from an affiliated one within days, where such chains are far commoner than the way between them.
WITH next_stay AS (
  SELECT s.mdtrt_id, s.fixmedins_code, s.disease, s.chfpdr_code, s.med_type,
         LAG(s.mdtrt_id) OVER visits AS earlier, LAG(s.fixmedins_code) OVER visits AS came_from, LAG(s.disease) OVER visits AS earlier_disease,
         LAG(s.chfpdr_code) OVER visits AS earlier_chief,
         CAST(FLOOR(epoch(s.begntime)) AS BIGINT) - CAST(FLOOR(epoch(LAG(s.ends_at) OVER visits)) AS BIGINT) AS gap
  FROM stay s
  WHERE NOT s.with_newborn
  WINDOW visits AS (PARTITION BY s.identity ORDER BY s.begntime, s.mdtrt_id)
),
moved AS (
  SELECT n.*
  FROM next_stay n
  ANTI JOIN operation o ON o.mdtrt_id = n.mdtrt_id      -- sent on to be operated
  WHERE n.came_from <> n.fixmedins_code AND n.gap >= 0 AND n.gap <= $window_days * 86400
    AND n.disease = n.earlier_disease AND n.disease NOT IN ('Z51', 'Z49', 'N18') AND substr(n.med_type, 1, 2) NOT IN ('24', '28')
),
tier AS (
  -- 3, 2, 1 by the code of the level; unknown is the lowest
  SELECT *, CASE WHEN hosp_lv IN ('01', '02', '03', '04', '12') THEN 3 WHEN hosp_lv IN ('05', '06', '07', '13') THEN 2 ELSE 1 END AS level
  FROM institution
),
chain AS (
  SELECT m.*
  FROM moved m
  JOIN tier a ON a.fixmedins_code = m.came_from
  JOIN tier b ON b.fixmedins_code = m.fixmedins_code
  WHERE b.level <= a.level AND COALESCE(b.medins_kind, '') <> 'rehab_hospital'     -- neither upward nor down to rehabilitation
    AND (a.owner_group = b.owner_group OR a.legrep_certno_h = b.legrep_certno_h OR a.bank_acct_h = b.bank_acct_h OR m.chfpdr_code = m.earlier_chief)
),
share AS (
  SELECT fixmedins_code, COUNT(*) AS stays FROM stay GROUP BY fixmedins_code
),
route AS (
  -- what the size of the second hospital alone would draw of all who move on from the first
  SELECT c.came_from, c.fixmedins_code, COUNT(*) AS chains,
         MAX(f.moves) * CAST(MAX(t.stays) AS DOUBLE) / CAST(MAX(t.all_stays) AS DOUBLE) AS expected
  FROM chain c
  JOIN (SELECT came_from, COUNT(*) AS moves FROM moved GROUP BY came_from) f ON f.came_from = c.came_from
  JOIN (SELECT x.fixmedins_code AS came_from, y.fixmedins_code, y.stays, SUM(y.stays) OVER (PARTITION BY x.fixmedins_code) AS all_stays
        FROM share x
        JOIN share y ON y.fixmedins_code <> x.fixmedins_code) t ON t.came_from = c.came_from AND t.fixmedins_code = c.fixmedins_code
  GROUP BY c.came_from, c.fixmedins_code
  HAVING COUNT(*) >= $min_chains
)
SELECT 'encounter' AS subject_type,
       c.mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := v.mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       MIN(c.earlier) AS earlier_stay,
       MAX(c.gap) // 3600 AS gap_hours,
       MAX(r.chains) AS chains,
       ROUND(MAX(r.expected), 2) AS expected
FROM chain c
JOIN route r ON r.came_from = c.came_from AND r.fixmedins_code = c.fixmedins_code AND r.chains >= r.expected * $ratio
JOIN stay_line l ON l.mdtrt_id = c.mdtrt_id
JOIN stay v ON v.mdtrt_id IN (c.mdtrt_id, c.earlier)
GROUP BY c.mdtrt_id
ORDER BY c.mdtrt_id
