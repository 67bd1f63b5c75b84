-- One row: an institution that billed the parts of a panel, in several visits, where the laboratory reported the panel.
WITH whole AS (
  -- a panel that was reported and is not on the bill
  SELECT u.mdtrt_id, u.med_list_codg AS panel, p.fen, u.kind
  FROM record_unbilled u
  JOIN item_price p ON p.med_list_codg = u.med_list_codg
  WHERE u.kind = 'lab' AND u.billed = 0
),
part AS (
  -- billed in the same visit, and no report of its own
  SELECT i.fixmedins_code, i.mdtrt_id, i.med_list_codg AS part, i.fee_fen, w.panel, w.fen
  FROM item_record i
  JOIN whole w ON w.mdtrt_id = i.mdtrt_id AND w.kind = i.kind
  WHERE i.records = 0
),
usual AS (
  SELECT fixmedins_code, panel, part FROM part GROUP BY fixmedins_code, panel, part HAVING COUNT(*) >= $min_visits
),
split AS (
  SELECT p.fixmedins_code, p.panel, p.mdtrt_id, MAX(p.fen) AS fen, CAST(SUM(p.fee_fen) AS BIGINT) AS fee_fen
  FROM part p
  SEMI JOIN usual u ON u.fixmedins_code = p.fixmedins_code AND u.panel = p.panel AND u.part = p.part
  GROUP BY p.fixmedins_code, p.panel, p.mdtrt_id
  HAVING COUNT(*) >= $min_parts AND SUM(p.fee_fen) >= MAX(p.fen) * (1 + $dearer)
),
habit AS (
  SELECT fixmedins_code, panel FROM split GROUP BY fixmedins_code, panel HAVING COUNT(*) >= $min_visits
)
SELECT 'institution' AS subject_type,
       s.fixmedins_code AS subject_id,
       -- what the panel would have cost is taken off
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn,
         fen := CAST(FLOOR(CAST(l.inscp_fen AS DOUBLE) * (1 - s.fen / CAST(s.fee_fen AS DOUBLE))) AS BIGINT)))) AS fee_list_d_rows,
       s.panel,
       COUNT(DISTINCT s.mdtrt_id) AS visits,
       COUNT(DISTINCT l.med_list_codg) AS parts,
       ROUND(MAX(s.fen), 0) AS panel_fen
FROM split s
SEMI JOIN habit h ON h.fixmedins_code = s.fixmedins_code AND h.panel = s.panel
JOIN part p ON p.fixmedins_code = s.fixmedins_code AND p.panel = s.panel AND p.mdtrt_id = s.mdtrt_id
SEMI JOIN usual u ON u.fixmedins_code = p.fixmedins_code AND u.panel = p.panel AND u.part = p.part
JOIN net_line l ON l.mdtrt_id = p.mdtrt_id AND l.med_list_codg = p.part
GROUP BY s.fixmedins_code, s.panel
ORDER BY s.fixmedins_code, s.panel
