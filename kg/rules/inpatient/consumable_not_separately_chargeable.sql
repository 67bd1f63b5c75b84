-- One row: a stay billed for consumables whose price is contained in the service that uses them.
SELECT 'encounter' AS subject_type,
       l.mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       COUNT(DISTINCT l.med_list_codg) AS consumables
FROM net_line l
SEMI JOIN stay s ON s.mdtrt_id = l.mdtrt_id
-- the list that was valid on the day
SEMI JOIN kb_consumable k ON k.med_list_codg = l.med_list_codg AND k.separately_chargeable = '0'
                         AND (k.valid_from IS NULL OR CAST(l.fee_ocur_time AS DATE) >= k.valid_from)
                         AND (k.valid_to IS NULL OR CAST(l.fee_ocur_time AS DATE) <= k.valid_to)
WHERE substr(l.list_type, 1, 1) = '3' AND l.inscp_fen > 0 AND l.fee_ocur_time IS NOT NULL
GROUP BY l.mdtrt_id
HAVING SUM(l.inscp_fen) >= $min_amount
ORDER BY l.mdtrt_id
