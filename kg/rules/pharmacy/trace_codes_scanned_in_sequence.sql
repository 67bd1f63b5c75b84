-- One row: a shop where boxes of one drug were billed to many cards in seconds, in the order in which they lay in the case.
WITH step AS (
  SELECT s.fixmedins_code, s.billed_codg, s.drug_trac_codg, s.mdtrt_id, s.bkkp_sn, s.inscp_fen, s.psn_no, s.sold_at, COALESCE(h.household, s.psn_no) AS household,
         CAST(FLOOR(epoch(s.sold_at)) AS BIGINT) - CAST(FLOOR(epoch(LAG(s.sold_at) OVER till)) AS BIGINT) AS gap,
         CASE WHEN s.drug_trac_codg > LAG(s.drug_trac_codg) OVER till THEN 1 ELSE -1 END AS direction
  FROM live_sale s
  LEFT JOIN household h ON h.psn_no = s.psn_no
  WHERE s.sold_at IS NOT NULL AND s.sold_at <> CAST(CAST(s.sold_at AS DATE) AS TIMESTAMP)
  WINDOW till AS (PARTITION BY s.fixmedins_code, s.billed_codg ORDER BY s.sold_at, s.mdtrt_id, s.bkkp_sn, s.drug_trac_codg)
),
numbered AS (
  SELECT *, SUM(CASE WHEN gap <= $gap_seconds THEN 0 ELSE 1 END)
              OVER (PARTITION BY fixmedins_code, billed_codg ORDER BY sold_at, mdtrt_id, bkkp_sn, drug_trac_codg
                    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run_no
  FROM step
),
run AS (
  SELECT fixmedins_code, billed_codg, run_no, COUNT(*) AS boxes, COUNT(DISTINCT household) AS households,
         ABS(SUM(CASE WHEN gap <= $gap_seconds THEN direction ELSE 0 END)) AS one_way
  FROM numbered
  GROUP BY fixmedins_code, billed_codg, run_no
),
sequence AS (
  -- of all steps at most a tenth lead back
  SELECT * FROM run WHERE boxes >= $min_run AND households >= $min_persons AND one_way >= (boxes - 1) * (2 * $order_share - 1)
)
SELECT 'institution' AS subject_type,
       n.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := n.mdtrt_id, bkkp_sn := n.bkkp_sn, fen := n.inscp_fen))) AS fee_list_d_rows,
       COUNT(DISTINCT n.drug_trac_codg) AS boxes,
       COUNT(DISTINCT n.psn_no) AS persons,
       MIN(n.sold_at) AS first_at
FROM numbered n
JOIN sequence q ON q.fixmedins_code = n.fixmedins_code AND q.billed_codg = n.billed_codg AND q.run_no = n.run_no
GROUP BY n.fixmedins_code
ORDER BY n.fixmedins_code
