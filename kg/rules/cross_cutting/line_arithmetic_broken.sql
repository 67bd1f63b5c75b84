-- One row: an institution with lines whose amount is more than price times count, of items whose other lines multiply.
WITH line AS (
  SELECT f.mdtrt_id, f.bkkp_sn, f.fixmedins_code, f.med_list_codg, l.inscp_fen, f.det_item_fee_sumamt AS fee_fen,
         CAST(ROUND(f.cnt * f.pric * 100, 0) AS BIGINT) - COALESCE(f.medins_disc_amt, 0) AS product_fen
  FROM net_line l
  JOIN fee_list_d f ON f.mdtrt_id = l.mdtrt_id AND f.bkkp_sn = l.bkkp_sn
  WHERE f.pric IS NOT NULL
),
item AS (
  SELECT fixmedins_code, med_list_codg
  FROM line
  GROUP BY fixmedins_code, med_list_codg
  HAVING COUNT_IF(ABS(fee_fen - product_fen) > $min_gap_fen) <= COUNT(*) * $most_of_item
)
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn,
                                       fen := LEAST(l.fee_fen - l.product_fen, l.inscp_fen)))) AS fee_list_d_rows,
       COUNT(DISTINCT l.med_list_codg) AS items,
       CAST(SUM(l.fee_fen - l.product_fen) AS BIGINT) AS added_fen
FROM line l
JOIN item i ON i.fixmedins_code = l.fixmedins_code AND i.med_list_codg = l.med_list_codg
WHERE l.fee_fen - l.product_fen > $min_gap_fen
GROUP BY l.fixmedins_code
HAVING COUNT(*) >= $min_lines
ORDER BY l.fixmedins_code
