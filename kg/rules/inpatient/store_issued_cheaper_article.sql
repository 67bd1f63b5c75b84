-- One row: a hospital that billed more of an article than its store handed out, while cheaper ones of the group went out and stand on no bill.
WITH swapped AS (
  SELECT *, LEAST(surplus, replaced) AS pieces
  FROM store_excess
  WHERE surplus > issued * $tolerance AND replaced >= surplus * $replaced AND surplus * (fen - given_fen) >= $min_amount
),
line AS (
  SELECT l.mdtrt_id, l.bkkp_sn, s.*,
         -- what nobody ordered is the first to be doubted, then the largest quantities
         SUM(l.cnt) OVER (PARTITION BY l.fixmedins_code, l.med_list_codg
                          ORDER BY CASE WHEN o.mdtrt_id IS NULL THEN 0 ELSE 1 END, l.cnt DESC, l.fee_ocur_time DESC, l.mdtrt_id, l.bkkp_sn
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - l.cnt AS taken
  FROM net_line l
  JOIN swapped s ON s.fixmedins_code = l.fixmedins_code AND s.med_list_codg = l.med_list_codg
   AND CAST(l.fee_ocur_time AS DATE) >= s.since AND CAST(l.fee_ocur_time AS DATE) <= s.until
  LEFT JOIN (SELECT DISTINCT mdtrt_id, med_list_codg FROM drord_d) o ON o.mdtrt_id = l.mdtrt_id AND o.med_list_codg = l.med_list_codg
)
SELECT 'institution' AS subject_type,
       fixmedins_code AS subject_id,
       -- which of the lines were swapped the store cannot tell: the estimate is of the surplus
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := CAST(0 AS BIGINT)))) AS fee_list_d_rows,
       MAX(pieces * (fen - given_fen)) AS estimate_fen,
       med_list_codg AS article,
       MAX(billed) AS pieces_billed,
       MAX(issued) AS pieces_issued,
       MAX(replaced) AS cheaper_unbilled
FROM line
WHERE taken < surplus
GROUP BY fixmedins_code, med_list_codg
ORDER BY fixmedins_code, med_list_codg
