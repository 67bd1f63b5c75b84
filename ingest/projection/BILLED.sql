SELECT
  l.setl_id AS start_key,
  i.label AS end_label,
  l.item AS end_key,
  CAST(SUM(l.lines) AS BIGINT) AS lines,
  SUM(l.cnt) AS cnt,
  CAST(SUM(l.amount_fen) AS BIGINT) AS amount_fen
FROM item_line l
JOIN item i ON i.code = l.item
CROSS JOIN setting s
WHERE l.setl_id IS NOT NULL AND (s.detail = 'full' OR l.setl_id IN (SELECT setl_id FROM cited_settlement))
GROUP BY 1, 2, 3
