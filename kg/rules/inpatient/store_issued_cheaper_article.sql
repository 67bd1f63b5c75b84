-- One row: a hospital that billed more of an article than its store handed out, while cheaper ones of the group went out and stand on no bill.
WITH swapped AS (
  SELECT *, LEAST(surplus, replaced) AS pieces
  FROM store_excess
  WHERE surplus > issued * $tolerance AND replaced >= surplus * $replaced AND surplus * (fen - given_fen) >= $min_amount
),
line AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.med_list_codg
  FROM net_line l
  JOIN swapped s ON s.fixmedins_code = l.fixmedins_code AND s.med_list_codg = l.med_list_codg
   AND CAST(l.fee_ocur_time AS DATE) >= s.since AND CAST(l.fee_ocur_time AS DATE) <= s.until
)
SELECT 'institution' AS subject_type,
       s.fixmedins_code AS subject_id,
       -- which of the lines were swapped the store cannot tell: all are cited, the estimate is of the surplus
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := CAST(0 AS BIGINT)))) AS fee_list_d_rows,
       MAX(s.pieces * (s.fen - s.given_fen)) AS estimate_fen,
       s.med_list_codg AS article,
       MAX(s.billed) AS pieces_billed,
       MAX(s.issued) AS pieces_issued,
       MAX(s.replaced) AS cheaper_unbilled
FROM swapped s
JOIN line l ON l.fixmedins_code = s.fixmedins_code AND l.med_list_codg = s.med_list_codg
GROUP BY s.fixmedins_code, s.med_list_codg
ORDER BY s.fixmedins_code, s.med_list_codg
