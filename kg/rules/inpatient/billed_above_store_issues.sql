-- One row: a hospital and an article of which more was billed than its store ever handed out, nothing cheaper having gone out in its place.
WITH excess AS (
  SELECT *
  FROM store_excess
  WHERE surplus > issued * $tolerance AND surplus * fen >= $min_amount AND replaced < surplus * $replaced
),
ordered AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.cnt, l.inscp_fen, e.fixmedins_code, e.med_list_codg, e.billed, e.issued, e.surplus,
         -- the largest quantities of the article are the first to be doubted
         SUM(l.cnt) OVER (PARTITION BY l.fixmedins_code, l.med_list_codg ORDER BY l.cnt DESC, l.fee_ocur_time DESC, l.mdtrt_id, l.bkkp_sn
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - l.cnt AS taken
  FROM net_line l
  JOIN excess e ON e.fixmedins_code = l.fixmedins_code AND e.med_list_codg = l.med_list_codg
   AND CAST(l.fee_ocur_time AS DATE) >= e.since AND CAST(l.fee_ocur_time AS DATE) <= e.until
)
SELECT 'institution' AS subject_type,
       fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn,
         fen := CAST(FLOOR(CAST(inscp_fen AS DOUBLE) * LEAST(CAST(cnt AS DOUBLE), surplus - CAST(taken AS DOUBLE)) / CAST(cnt AS DOUBLE)) AS BIGINT))))
         AS fee_list_d_rows,
       med_list_codg AS article,
       MAX(billed) AS pieces_billed,
       MAX(issued) AS pieces_issued
FROM ordered
WHERE taken < surplus
GROUP BY fixmedins_code, med_list_codg
ORDER BY fixmedins_code, med_list_codg
