-- One row a finding: how many of its lines lie at the change of a version?
WITH line AS (           -- an item is limited under its own code, the national one behind it, or its parent item
  SELECT h.finding_id, h.n, h.rule_id, h.day, coalesce(m.med_list_codg, l.med_list_codg) AS code, m.valid_from AS code_from, m.valid_to AS code_to
  FROM hit_row AS h JOIN cited_line AS l ON l.n = h.n LEFT JOIN kb_code_map AS m ON m.local_code = l.med_list_codg
), item AS (
  SELECT DISTINCT rule_id, code FROM line
), edge AS (             -- days on which something about the item began or ended
  SELECT i.rule_id, i.code, p.valid_from, p.valid_to
  FROM item AS i JOIN kb_point AS p ON p.rule_kind = i.rule_id AND p.subject_code IN (i.code, substr(i.code, 1, 11) || '0000')
  UNION
  SELECT i.rule_id, i.code, p.valid_from, p.valid_to FROM item AS i JOIN kb_price AS p ON p.med_list_codg = i.code
), dated AS (SELECT * FROM edge WHERE coalesce(valid_from, valid_to) IS NOT NULL), near AS (
  SELECT l.finding_id, l.n
  FROM line AS l JOIN dated AS e ON e.rule_id = l.rule_id AND e.code = l.code
  WHERE ABS(date_diff('day', l.day, e.valid_from)) <= $days OR ABS(date_diff('day', l.day, e.valid_to)) <= $days
  UNION
  SELECT finding_id, n FROM line WHERE ABS(date_diff('day', day, code_from)) <= $days OR ABS(date_diff('day', day, code_to)) <= $days
), told AS (
  SELECT DISTINCT l.finding_id, l.n, n.n IS NOT NULL AS near
  FROM line AS l
  LEFT JOIN dated AS d ON d.rule_id = l.rule_id AND d.code = l.code
  LEFT JOIN near AS n ON n.finding_id = l.finding_id AND n.n = l.n
  WHERE d.code IS NOT NULL OR l.code_from IS NOT NULL OR l.code_to IS NOT NULL
)
SELECT finding_id, COUNT(*) AS lines, COUNT(*) FILTER (WHERE near) AS near, COUNT(*) FILTER (WHERE near) * 2 >= COUNT(*) AS explained,
       false AS closes   -- which version held is for a person to read
FROM told GROUP BY finding_id
