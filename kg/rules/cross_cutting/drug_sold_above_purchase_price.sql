-- One row: a hospital and a drug that it bills for more than it paid for it and the allowed mark-up.
WITH bought AS (
  -- hospitals sell at what they paid; the prices of shops are their own
  SELECT p.*
  FROM purchase_price p
  JOIN institution i ON i.fixmedins_code = p.fixmedins_code AND NOT i.is_shop
  WHERE substr(p.med_list_codg, 1, 1) IN ('X', 'Z') AND p.price > 0
),
line AS (
  -- the dearest purchase of the months before speaks for the institution
  SELECT l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.med_list_codg, l.inscp_fen, CAST(l.pric AS DOUBLE) AS price,
         MAX(b.price) AS paid, MAX(b.price) * (1 + $hospital_markup) AS allowed
  FROM net_line l
  JOIN bought b ON b.fixmedins_code = l.fixmedins_code AND b.med_list_codg = l.med_list_codg AND b.day <= CAST(l.fee_ocur_time AS DATE)
               AND date_diff('day', CAST(b.day AS DATE), CAST(l.fee_ocur_time AS DATE)) <= $lookback_days
  WHERE l.inscp_fen > 0 AND l.pric > 0
  GROUP BY l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.med_list_codg, l.inscp_fen, l.pric
),
dearer AS (
  SELECT *, CAST(FLOOR(CAST(inscp_fen AS DOUBLE) * (price - allowed) / price) AS BIGINT) AS fen
  FROM line
  WHERE price > allowed * (1 + $rounding) AND price <= paid * $max_ratio
)
SELECT 'institution' AS subject_type,
       fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := fen))) AS fee_list_d_rows,
       med_list_codg AS drug,
       MAX(price) AS price_billed,
       MAX(paid) AS price_paid,
       COUNT(*) AS lines
FROM dearer
GROUP BY fixmedins_code, med_list_codg
HAVING COUNT(*) >= $min_lines
ORDER BY fixmedins_code, med_list_codg
