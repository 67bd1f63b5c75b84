-- One row: an institution and an item that it billed, in several visits, where its records name a cheaper one that is not on the bill.
WITH known AS (
  -- a code that the house never writes on a record may be one that its system does not know; a label carries the maker's own
  SELECT kind, fixmedins_code, med_list_codg, COUNT(*) AS visits
  FROM item_record
  GROUP BY kind, fixmedins_code, med_list_codg
  HAVING kind = 'implant' OR COUNT_IF(records > 0) >= $own_records
),
swap AS (
  SELECT i.kind, i.fixmedins_code, i.mdtrt_id, i.med_list_codg, MAX(i.pieces) AS pieces, MAX(k.visits) AS visits, MAX(p.fen) AS fen, MAX(g.fen) AS given_fen
  FROM item_record i
  JOIN known k ON k.kind = i.kind AND k.fixmedins_code = i.fixmedins_code AND k.med_list_codg = i.med_list_codg
  JOIN item_price p ON p.med_list_codg = i.med_list_codg
  JOIN record_unbilled u ON u.kind = i.kind AND u.mdtrt_id = i.mdtrt_id AND u.med_list_codg <> i.med_list_codg
  JOIN item_price g ON g.med_list_codg = u.med_list_codg AND p.fen >= g.fen * (1 + $dearer)
  WHERE i.records = 0
  GROUP BY i.kind, i.fixmedins_code, i.mdtrt_id, i.med_list_codg
),
habit AS (
  SELECT kind, fixmedins_code, med_list_codg
  FROM swap
  GROUP BY kind, fixmedins_code, med_list_codg
  HAVING COUNT(*) >= $min_visits AND SUM(pieces) >= $min_pieces AND COUNT(*) >= MAX(visits) * $min_share
)
SELECT 'institution' AS subject_type,
       s.fixmedins_code AS subject_id,
       -- what the thing given would have cost is taken off
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn,
         fen := CAST(FLOOR(CAST(l.inscp_fen AS DOUBLE) * (1 - s.given_fen / s.fen)) AS BIGINT)))) AS fee_list_d_rows,
       s.kind AS record,
       s.med_list_codg AS billed_item,
       COUNT(DISTINCT s.mdtrt_id) AS visits
FROM swap s
SEMI JOIN habit h ON h.kind = s.kind AND h.fixmedins_code = s.fixmedins_code AND h.med_list_codg = s.med_list_codg
JOIN net_line l ON l.mdtrt_id = s.mdtrt_id AND l.med_list_codg = s.med_list_codg
GROUP BY s.fixmedins_code, s.kind, s.med_list_codg
ORDER BY s.fixmedins_code, s.kind, s.med_list_codg
