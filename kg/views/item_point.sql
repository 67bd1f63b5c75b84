-- One row: a billed code and a point of the library on it, by the national code behind it. inherited: the point stands at the parent item,
-- whose code ends in 0000.
-- kept: thousands of codes meet the library once
-- may lack: kb_code_map
WITH code AS (
  SELECT DISTINCT med_list_codg AS billed FROM net_line
),
named AS (
  SELECT c.billed, COALESCE(m.med_list_codg, c.billed) AS national, m.valid_from AS map_from, m.valid_to AS map_to
  FROM code c
  LEFT JOIN kb_code_map m ON m.local_code = c.billed
),
reached AS (
  SELECT billed, national AS point_code, false AS inherited, map_from, map_to FROM named
  UNION ALL
  SELECT billed, substr(national, 1, 11) || '0000' AS point_code, true AS inherited, map_from, map_to
  FROM named
  WHERE regexp_matches(national, '^[0-9]{15}$') AND substr(national, 12, 4) <> '0000'
)
SELECT r.billed, r.inherited, p.rule_kind, p.subject_code, p.subject_name, p.limit_value, p.pair_code, p."window" AS within, p.limit_qty, p.limit_unit,
       p.period_days, p.age_from, p.age_to, p.exception, p.source_file || ' row ' || CAST(p.source_row AS VARCHAR) AS point,
       GREATEST(p.valid_from, r.map_from) AS valid_from, LEAST(p.valid_to, r.map_to) AS valid_to
FROM reached r
JOIN kb_point p ON p.subject_code = r.point_code
WHERE p.rule_kind <> 'service_duplicate_pair'
