-- One row: an institution that billed drugs above the price at which the joint procurement supplies them.
WITH priced AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.med_list_codg, l.inscp_fen, CAST(MAX(l.pric) AS DOUBLE) * 100 AS price_fen,
         -- where several prices hold, the highest speaks for the institution
         CAST(MAX(k.contract_price_fen) AS DOUBLE) AS contract_fen
  FROM net_line l
  JOIN kb_price k ON k.med_list_codg = l.med_list_codg AND k.contract_price_fen > 0
                 AND (k.valid_from IS NULL OR CAST(l.fee_ocur_time AS DATE) >= k.valid_from + CAST($old_stock_days AS INTEGER))
                 AND (k.valid_to IS NULL OR CAST(l.fee_ocur_time AS DATE) <= k.valid_to)
  WHERE l.fee_ocur_time IS NOT NULL
  GROUP BY l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.med_list_codg, l.inscp_fen
),
over AS (
  SELECT *, CAST(ROUND(CAST(inscp_fen AS DOUBLE) * (price_fen - contract_fen) / price_fen, 0) AS BIGINT) AS fen
  FROM priced
  WHERE price_fen > contract_fen + 0.5 AND price_fen < contract_fen * $other_unit
)
SELECT 'institution' AS subject_type,
       fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := fen))) AS fee_list_d_rows,
       COUNT(DISTINCT med_list_codg) AS drugs,
       MAX(price_fen / contract_fen) AS highest_ratio
FROM over
GROUP BY fixmedins_code
HAVING COUNT(*) >= $min_lines
ORDER BY fixmedins_code
