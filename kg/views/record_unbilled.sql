-- One row: a visit and an item of which it has more records than were billed. billed: pieces that were.
SELECT r.kind, r.mdtrt_id, r.med_list_codg, r.records, COALESCE(b.pieces, 0) AS billed
FROM recorded_item r
LEFT JOIN item_record b ON b.kind = r.kind AND b.mdtrt_id = r.mdtrt_id AND b.med_list_codg = r.med_list_codg
WHERE r.records > COALESCE(b.pieces, 0)
