-- One row: a hospital and another of its level or above, with which it can fairly be compared: a larger house does more for anybody, a smaller one less.
-- An unknown level is the lowest: such a hospital is compared with all.
WITH house AS (
  SELECT s.fixmedins_code, MAX(CASE WHEN three.code IS NOT NULL THEN 3 WHEN two.code IS NOT NULL THEN 2 ELSE 1 END) AS level
  FROM stay s
  JOIN mdtrt_d m ON m.mdtrt_id = s.mdtrt_id
  LEFT JOIN (SELECT code FROM code_group WHERE list_name = 'hosp_lv' AND group_name = 'level_three') three ON three.code = m.hosp_lv
  LEFT JOIN (SELECT code FROM code_group WHERE list_name = 'hosp_lv' AND group_name = 'level_two') two ON two.code = m.hosp_lv
  GROUP BY s.fixmedins_code
)
SELECT h.fixmedins_code, p.fixmedins_code AS peer
FROM house h
JOIN house p ON p.fixmedins_code <> h.fixmedins_code AND p.level >= h.level
