-- One row: a visit and a billed item of a kind that leaves records: what was billed of it, and how many records of it the visit has (0: none).
-- kept: two rules read it
SELECT b.*, COALESCE(r.records, 0) AS records
FROM (SELECT k.kind, l.mdtrt_id, l.fixmedins_code, l.med_list_codg, GREATEST(COUNT(*), SUM(l.cnt)) AS pieces, CAST(SUM(l.fee_fen) AS BIGINT) AS fee_fen
      FROM net_line l
      -- an item is of the kind in which most of its records are kept
      JOIN (SELECT med_list_codg, MIN(kind) AS kind FROM recorded_item GROUP BY med_list_codg) k ON k.med_list_codg = l.med_list_codg
      WHERE l.setl_id IS NOT NULL
      GROUP BY k.kind, l.mdtrt_id, l.fixmedins_code, l.med_list_codg) b
LEFT JOIN recorded_item r ON r.kind = b.kind AND r.mdtrt_id = b.mdtrt_id AND r.med_list_codg = b.med_list_codg
