-- One row: an item that leaves records and what a piece of it usually costs, fen.
SELECT l.med_list_codg, MEDIAN(CAST(l.fee_fen AS DOUBLE) / CAST(l.cnt AS DOUBLE)) AS fen
FROM net_line l
SEMI JOIN recorded_item r ON r.med_list_codg = l.med_list_codg
GROUP BY l.med_list_codg
